// Runs before each file of tests: files share their modules, so that a hook in one of those would be set only once.
import { afterEach, beforeEach } from "vitest";
import { begin, end } from "./life";

beforeEach(begin);
afterEach(end);
