// The styles every page needs, in their order.
import "uswds-tokens.css";
import "./base.css";
