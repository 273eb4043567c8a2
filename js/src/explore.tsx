import { Explore } from "./components/Explore";
import { SegmentNotice, SegmentsProvider } from "./components/Segments";
import { Banners, Progress } from "./components/States";
import { widget } from "./lib/mount";

export default widget("rw-explore", () => (
  <SegmentsProvider>
    <Progress />
    <Banners />
    <Explore />
    <SegmentNotice code="widget.segment.users" />
  </SegmentsProvider>
));
