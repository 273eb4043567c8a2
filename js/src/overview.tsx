import { OverviewPanel } from "./features/overview/OverviewPanel";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";

export default widget("rw-overview", () => (
  <>
    <Progress />
    <Banners />
    <OverviewPanel />
  </>
));
