declare module "uswds-tokens.css";
