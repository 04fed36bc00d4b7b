-- AlterEnum
ALTER TYPE "cancellation_plan_status" ADD VALUE 'WITHDRAWN';
