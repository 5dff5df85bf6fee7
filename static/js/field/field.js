/* The field page's entry: the views at once, everything else in the order in which it is needed. */
import * as views from "./views.js";

views.start();
