-- AlterTable
ALTER TABLE "run" ADD COLUMN     "deaths" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "last_death" TEXT,
ADD COLUMN     "last_death_at" TIMESTAMPTZ(3),
ADD COLUMN     "runs_alone" BOOLEAN NOT NULL DEFAULT false;

-- Health and metrics ask for deaths within the hour and for runs that go out alone; hardly any run has one.
CREATE INDEX "run_deaths" ON "run" ("last_death_at") WHERE "last_death_at" IS NOT NULL;
