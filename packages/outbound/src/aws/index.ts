export type { AwsAccess, AwsPatience } from "./client-options.ts";
export { createCognitoGateway, type CognitoOptions } from "./cognito.ts";
export type { CognitoGateway, CognitoUser } from "./port.ts";
