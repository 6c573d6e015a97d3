package io.tokenledger.agent.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPathTest {
  private static final String PROFILE =
      "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.openai.gpt-5.4";

  @ParameterizedTest
  @CsvSource({
    "/model/us.amazon.nova-pro-v1%3A0/converse, us.amazon.nova-pro-v1:0",
    "/model/us.amazon.nova-pro-v1:0/converse, us.amazon.nova-pro-v1:0",
    "/model/us.amazon.nova-pro-v1%3a0/invoke, us.amazon.nova-pro-v1:0",
    "/proxy/model/a.b/invoke, a.b",
    "/model/a%2Bb+c.d/invoke, a+b+c.d",
    "/model/broken%zz/invoke, broken%zz",
  })
  void takesTheModelOutOfThePath(String path, String model) {
    assertThat(ModelPath.modelId(path)).isEqualTo(model);
  }

  @Test
  void takesAWholeArnEscapedOrNot() {
    String escaped = PROFILE.replace(":", "%3A").replace("/", "%2F");

    assertThat(ModelPath.modelId("/model/" + escaped + "/converse")).isEqualTo(PROFILE);
    assertThat(ModelPath.modelId("/model/" + PROFILE + "/converse")).isEqualTo(PROFILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/model/converse", "/model//converse", "/models/a.b/converse", "/", ""})
  void knowsAPathWithoutAModel(String path) {
    assertThat(ModelPath.hasModel(path)).isFalse();
    assertThat(ModelPath.modelId(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "openai.gpt-oss-120b-1:0, true",
    "us.openai.gpt-5.4, true",
    "arn:aws:bedrock:us-east-1:1:inference-profile/us.openai.gpt-5.4, true",
    "arn:aws:bedrock:us-east-1::foundation-model/openai.gpt-5.4, true",
    "anthropic.claude-3-haiku-20240307-v1:0, false",
    "notopenai.gpt, false",
    "openai-like, false",
  })
  void tellsAVendorByItsPlaceInTheId(String id, boolean openAi) {
    assertThat(ModelPath.isOf("openai", id)).isEqualTo(openAi);
  }
}
