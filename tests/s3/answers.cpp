// The XML: Amazon S3 API reference, ListObjectsV2, CompleteMultipartUpload, "Error responses".
#include "s3/answers.hpp"

namespace trailpond::s3 {

TEST_CASE("keys are read with their entities") {
  const std::string xml =
      "<?xml version=\"1.0\"?><ListBucketResult><Contents><Key>a&amp;b &lt;c&gt;</Key></Contents>"
      "<Contents><Key>d&#x65;&#102;/&quot;</Key></Contents>"
      "<NextContinuationToken>1==</NextContinuationToken></ListBucketResult>";
  CHECK(list_elements(xml, "Key") == std::vector<std::string>{"a&b <c>", "def/\""});
  CHECK(find_element(xml, "NextContinuationToken") == "1==");
  CHECK_FALSE(find_element(xml, "Code").has_value());
  CHECK_FALSE(is_error(xml));
}

TEST_CASE("an error is one whatever stands around it, and what is cut off is nothing") {
  CHECK(is_error("<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"));
  CHECK(find_element("<Error><Code>Slow", "Code") == std::nullopt);
  CHECK(find_element("<Code>a & b &nothing; c</Code>", "Code") == "a & b &nothing; c");
}

TEST_CASE("parts are listed in their order") {
  CHECK(print_parts({"\"x\"", "y"}) ==
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;x&quot;</ETag></Part>"
        "<Part><PartNumber>2</PartNumber><ETag>y</ETag></Part></CompleteMultipartUpload>");
}

}  // namespace trailpond::s3
