import { Explore } from "./features/explore/Explore";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { SegmentNotice, SegmentsProvider } from "./ui/Segments";
import { decode } from "./wire/arrow";

export default widget(
  "rw-explore",
  () => (
    <SegmentsProvider>
      <Progress />
      <Banners />
      <Explore />
      <SegmentNotice code="widget.segment.users" />
    </SegmentsProvider>
  ),
  decode,
);
