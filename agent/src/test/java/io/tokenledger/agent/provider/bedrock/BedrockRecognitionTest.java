package io.tokenledger.agent.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.tokenledger.agent.exchange.RequestTarget;
import io.tokenledger.agent.provider.AwsHosts;
import io.tokenledger.agent.provider.Providers;
import io.tokenledger.agent.provider.RecognisedCall;
import io.tokenledger.agent.provider.Recogniser;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BedrockRecognitionTest {
  private static final String HOST = "https://bedrock-runtime.us-east-1.amazonaws.com";

  private final Recogniser discovering = new Recogniser(Providers.all(), List.of(), true);

  @ParameterizedTest
  @CsvSource({
    "bedrock-runtime.us-east-1.amazonaws.com, us-east-1",
    "Bedrock-Runtime.US-East-1.AmazonAWS.com, US-East-1",
    "bedrock-runtime-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
    "bedrock-runtime.eu-west-3.api.aws, eu-west-3",
    "bedrock-runtime-fips.us-west-2.api.aws, us-west-2",
    "vpce-0a1b-2c3d.bedrock-runtime.eu-central-1.vpce.amazonaws.com, eu-central-1",
    "vpce-0a1b-2c3d-eu-central-1a.bedrock-runtime.eu-central-1.vpce.amazonaws.com, eu-central-1",
    "vpce-0a1b.bedrock-runtime-fips.us-east-1.vpce.amazonaws.com, us-east-1",
    "bedrock-runtime.cn-north-1.amazonaws.com.cn, cn-north-1",
  })
  void takesTheRegionFromEachFormOfHost(String host, String region) {
    assertThat(AwsHosts.isBedrockRuntime(host)).isTrue();
    assertThat(AwsHosts.region(host)).isEqualTo(region);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bedrock.us-east-1.amazonaws.com",
        "bedrock-agent-runtime.us-east-1.amazonaws.com",
        "notbedrock-runtime.us-east-1.amazonaws.com",
        "bedrock-runtime.amazonaws.com",
        "bedrock-runtime..amazonaws.com",
        "bedrock-runtime.us-east-1.amazonaws.com.example.org",
        "s3.us-east-1.amazonaws.com",
        ".amazonaws.com",
        "",
      })
  void servesNoOtherHost(String host) {
    assertThat(AwsHosts.isBedrockRuntime(host)).isFalse();
    assertThat(AwsHosts.region(host)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/model/a.b-v1%3A0/converse, bedrock.converse, chat",
    "/model/a.b-v1%3A0/converse-stream, bedrock.converse, chat_stream",
    "/model/a.b-v1%3A0/invoke, bedrock.invoke, chat",
    "/model/a.b-v1%3A0/invoke-with-response-stream, bedrock.invoke, chat_stream",
    "/model/arn:aws:bedrock:us-east-1:1:imported-model/x/invoke, bedrock.invoke, chat",
    "/openai/v1/chat/completions, openai.chat, chat",
  })
  void tellsItsCallsByTheEndOfThePath(String path, String api, String type) {
    RecognisedCall call = discovering.recognise(target("POST", HOST + path));

    assertThat(call.provider()).isEqualTo("bedrock");
    assertThat(call.surface().api()).isEqualTo(api);
    assertThat(call.surface().requestType(false)).isEqualTo(type);
    assertThat(call.billed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /model/a.b-v1%3A0/count-tokens",
    "GET, /model/a.b-v1%3A0/invoke",
    "POST, /model/a.b-v1%3A0/invoke-with-bidirectional-stream",
    "POST, /guardrail/g/version/1/apply",
    "POST, /async-invoke",
    "POST, /model/converse",
    "POST, /v1/messages",
  })
  void leavesLookAlikesAlone(String method, String path) {
    assertThat(discovering.recognise(target(method, HOST + path))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://gateway.example/aws/model/eu.amazon.nova-lite-v1:0/converse",
        "https://gateway.example/model/anthropic.claude-v2/invoke",
        "https://gateway.example/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ax%2Fy/invoke",
      })
  void discoversItsPathsOnUnlistedHosts(String url) {
    RecognisedCall call = discovering.recognise(target("POST", url));

    assertThat(call.provider()).isEqualTo("gateway.example");
    assertThat(call.billed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://ml.example/model/churn/invoke",
        "https://units.example/model/7/converse",
        "https://ml.example/endpoints/a.b/invocations",
      })
  void takesNoOtherModelForOneOfBedrock(String url) {
    assertThat(discovering.recognise(target("POST", url))).isNull();
  }

  @Test
  void allocatesNothingForRequestsThatAreNoCalls() {
    RequestTarget ownHost = target("POST", HOST + "/model/a.b/count-tokens");
    RequestTarget otherHost = target("POST", "https://ml.example/model/churn/invoke");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    recogniseOften(ownHost, otherHost);

    long before = threads.getCurrentThreadAllocatedBytes();
    recogniseOften(ownHost, otherHost);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    // What the measuring itself allocates, spread over many requests.
    assertThat(allocated).isLessThan(20_000);
  }

  private void recogniseOften(RequestTarget... targets) {
    for (int i = 0; i < 20_000; i++) {
      for (RequestTarget target : targets) {
        discovering.recognise(target);
      }
    }
  }

  private static RequestTarget target(String method, String url) {
    URI uri = URI.create(url);
    return new RequestTarget(
        "test", method, uri.getScheme(), uri.getHost(), 443, uri.getRawPath(), uri.getRawQuery());
  }
}
