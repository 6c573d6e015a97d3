package io.tokenledger.it.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.AgentSetup;
import io.tokenledger.it.harness.FakeProvider;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.it.harness.Reply;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers in {@code br} and {@code zstd} through a client that leaves decoding to the application,
 * so that the tap sees them encoded; by the decoders as they are in the agent's jar.
 */
class EncodedBodiesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A chat completion of 22 and 19 tokens, by the reference compressors. */
  private static final byte[] BROTLI =
      Base64.getDecoder()
          .decode(
              "G1oBgIzTFfOihHUPJF1Tvn5PpCwQqMtah6Wr77DTAgsDDUTfobC/Y/PZx9lUx3PTlUoRRXb3xC9h7kA71V+7"
                  + "X5uyCfICPSVDSESBLzBen/JOtc/HrHy2VVao7Ihw74JUIIphiXIgCKNrQJVCMIE3d8zrHPJeiq6fkofttGyX"
                  + "/3HZLb2bRAbDGR3O8KWMEei84oufrcihnq6vXDbywnHUPBSM7JjJopDRs/UB");

  private static final byte[] ZSTD =
      Base64.getDecoder()
          .decode(
              "KLUv/WBbAH0HAGaRMx1gbXNDyEDZu0XmiGrU0t2AJAA4wZ/rQ3czJYqCOCwAKQArAFcnLMogoAiYAKPoqlNY"
                  + "oPRbfB3Kht3Vl7WTG6BbMhR89UWBnmvNnvb1Rj8J+eBFysfw9d7s5Xb1XtZRY2RfT4jhJ+u5YDGmuwqsR7JZ"
                  + "/eSwHrMpPy0JE5IaSJ+metM9hvKRDUzH0Sajg7VUpCXp1MYxLWszB9lZTfl0cjj1plsYUbQIINbcV4XlimHW"
                  + "42aDO9HPMXyOK0T0xx2/vhxZwsQTddW5ig6ICV8KCwA1y+kUcIJ2OPaIDIAOQPu8hJUtmaMIuRMMM5tj");

  @TempDir Path directory;

  static List<Jdks.Jdk> jdks() {
    return Jdks.all();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void readsTheUsageOfAnswersThatTheClientDoesNotDecode(Jdks.Jdk jdk) throws IOException {
    try (FakeProvider provider =
        FakeProvider.start()
            .on("/openai/br/v1/chat/completions", reply("br", BROTLI))
            .on("/openai/zstd/v1/chat/completions", reply("zstd", ZSTD))) {
      AgentSetup agent = new AgentSetup(directory, "encoded").endpoints(provider);
      Path request = Files.writeString(directory.resolve("request"), "{\"model\":\"gpt-4o-mini\"}");
      String plan = "";
      for (String encoding : List.of("br", "zstd")) {
        String url = provider.url() + "/openai/" + encoding + "/v1/chat/completions";
        plan += String.join("\t", "POST", url, request.toString(), "accept-encoding=" + encoding);
        plan += "\n";
      }
      try (JavaProcess application =
          JavaProcess.on(jdk)
              .jvm(agent.javaagent())
              .main(
                  Jars.applicationClassPath(),
                  ReplayMain.class.getName(),
                  "jdk",
                  Files.writeString(directory.resolve("plan"), plan).toString())
              .start()) {
        assertThat(application.exitCode(LIMIT)).as(application.transcript()).isZero();
        assertThat(application.err()).isEmpty();
        assertThat(application.out())
            .containsExactly(ReplayMain.digest(BROTLI), ReplayMain.digest(ZSTD));
      }
      List<UsageRecord> records = QueueContents.of(agent.queueDirectory()).exchanges();
      assertThat(records).hasSize(2).allSatisfy(EncodedBodiesIT::saysWhatTheProviderSaid);
    }
  }

  private static void saysWhatTheProviderSaid(UsageRecord record) {
    assertThat(record.get(UsageField.USAGE_NOTE)).isNull();
    assertThat(record.get(UsageField.INPUT_TOKENS)).isEqualTo(22);
    assertThat(record.get(UsageField.OUTPUT_TOKENS)).isEqualTo(19);
    assertThat(record.get(UsageField.STATUS)).isEqualTo("success");
    assertThat(record.get(UsageField.COMPLETION)).isEqualTo("complete");
    assertThat(record.get(UsageField.TIME_TO_FIRST_TOKEN_MS)).isNull();
  }

  private static Reply reply(String encoding, byte[] body) {
    return Reply.bytes(200, "application/json", body).header("content-encoding", encoding);
  }
}
