import type { Route } from "../http/index.ts";
import type { AwsWorld } from "./aws-world.ts";
import { cognitoRoute } from "./cognito/cognito-route.ts";
import { awsControlRoutes } from "./control-routes.ts";
import { sesRoute } from "./ses/ses-route.ts";

export { createAwsWorld, type AwsWorld } from "./aws-world.ts";

/** Cognito, SES, the mailbox, and the controls of all three. */
export function awsRoutes(world: AwsWorld): Route[] {
  return [cognitoRoute(world), sesRoute(world), ...awsControlRoutes(world)];
}
