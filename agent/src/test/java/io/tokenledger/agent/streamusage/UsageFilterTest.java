package io.tokenledger.agent.streamusage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the application sees of a stream that was asked for usage equals the stream that was not
 * asked, byte for byte, wherever the pieces are cut.
 */
class UsageFilterTest {
  private static final String USAGE =
      "{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12,"
          + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}";
  private static final String HEAD =
      "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
          + "\"model\":\"gpt\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp\",";
  private static final String TEXT =
      "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"say \\\"usage\\\":null, "
          + "{\\\"choices\\\":[]}\\\\\"},\"finish_reason\":null}]";

  private final List<Throwable> faults = new ArrayList<>();

  private static final String ASKED =
      HEAD
          + TEXT
          + ",\"usage\":null,\"obfuscation\":\"xy\"}\n\n"
          + HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n"
          + HEAD
          + "\"choices\":[],\"usage\":"
          + USAGE
          + ",\"obfuscation\":\"x\"}\n\n"
          + "data: [DONE]\n\n";
  private static final String UNASKED =
      HEAD
          + TEXT
          + ",\"obfuscation\":\"xy\"}\n\n"
          + HEAD
          + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
          + "data: [DONE]\n\n";

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void equalsTheStreamThatWasNotAskedWhateverEndsItsLines(String end) throws IOException {
    passes(ASKED.replace("\n", end), UNASKED.replace("\n", end));
  }

  @Test
  void knowsTheUsageEventWhateverTheOrderOfItsMembers() throws IOException {
    String event = "data: {\"usage\":" + USAGE + ",\"id\":\"1\",\"choices\":[ ]}\n\n";
    passes(
        "data: {\"choices\":[{}]}\n\n" + event + "data: [DONE]\n\n",
        "data: {\"choices\":[{}]}\n\ndata: [DONE]\n\n");
  }

  @Test
  void dropsTheWholeEventWithItsOtherLines() throws IOException {
    passes(
        "event: chunk\nid: 1\ndata: {\"choices\":[{}]}\n\n"
            + "event: chunk\nid: 2\ndata: {\"choices\":[],\"usage\":{}}\nretry: 3\n: note\n\n: ping\n\ndata: [DONE]\n\n",
        "event: chunk\nid: 1\ndata: {\"choices\":[{}]}\n\n: ping\n\ndata: [DONE]\n\n");
  }

  @Test
  void keepsAServersSpacing() throws IOException {
    passes(
        "data:{\"id\": \"1\", \"choices\": [{}], \"usage\": null}\n\n"
            + "data:{\"usage\": null, \"choices\": [{}]}\n\n"
            + "data:{ \"a\" : 1 , \"usage\" : null , \"choices\": [ {} ] }\n\n"
            + "data:{ \"usage\":null }\n\n",
        "data:{\"id\": \"1\", \"choices\": [{}]}\n\n"
            + "data:{\"choices\": [{}]}\n\n"
            + "data:{ \"a\" : 1  , \"choices\": [ {} ] }\n\n"
            + "data:{ }\n\n");
  }

  @Test
  void takesDataAfterDataForANewEvent() throws IOException {
    passes(
        "data: {\"choices\":[{}],\"usage\":null}\ndata: {\"choices\":[],\"usage\":{\"a\":1}}\ndata: [DONE]\n",
        "data: {\"choices\":[{}]}\ndata: [DONE]\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"choices\":[],\"prompt_filter_results\":[{}]}\n\n",
        "data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1}}\n\n",
        "data: {\"usage\":{\"prompt_tokens\":1}}\n\n",
        "data: {\"choices\":null,\"usage\":{}}\n\n",
        "data: {\"choices\":[],\"usage\":7}\n\n",
        "data: {\"choices\":[{\"usage\":null}],\"x\":{\"usage\":null,\"choices\":[]}}\n\n",
        "data: {\"choices\":[{}],\"usages\":null,\"usag\":null,\"us\\u0061ge\":null}\n\n",
        "data: {\"choices\":[{}],\"usage\":nullx}\n\n",
        "data: {\"error\":{\"message\":\"usage\"}}\n\n",
        "data: {\"a\":\n" + "data: 1,\"usage\":null,\n" + "data: \"choices\":[]}\n\n",
        "data: {\"a\":\"unclosed",
        "data: {\"choices\":[],\"usage\"",
        "data: {\"choices\":[],\"us",
        "event: x\nid: 7",
        "data\n\ndata:\n\ndatum: 1\n\n: comment\n: comment\n\n",
        "{\"choices\":[],\n\"usage\":null}\n",
        "Bad gateway\n\n<html>data: {\"usage\":null}\n",
        "\n\n\r\r\n\n",
        "",
      })
  void passesEverythingElseByteForByte(String stream) throws IOException {
    passes(stream, stream);
    passes(ASKED + stream, UNASKED + stream);
  }

  @Test
  void keepsNullsOfAProviderThatSendsThemAnyway() throws IOException {
    byte[] stream = utf8(ASKED);
    String expected =
        ASKED.replace(
            HEAD + "\"choices\":[],\"usage\":" + USAGE + ",\"obfuscation\":\"x\"}\n\n", "");
    for (int cut = 0; cut <= stream.length; cut++) {
      UsageFilter filter = new UsageFilter(false, faults::add);
      assertThat(filtered(filter, stream, cut)).isEqualTo(expected);
    }
  }

  @Test
  void passesAStreamThatIsCutAnywhereAsFarAsItCame() throws IOException {
    byte[] stream = utf8(ASKED);
    int dropped = ASKED.indexOf(HEAD + "\"choices\":[],");
    int decided = ASKED.indexOf("{\"prompt_tokens\"", dropped);
    for (int length = 0; length <= stream.length; length++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      UsageFilter filter = new UsageFilter(true, faults::add);
      filter.feed(stream, 0, length, out);
      filter.end(out);

      String seen = out.toString(StandardCharsets.UTF_8);
      String whole = seen.replace(",\"usage\":null", "");
      if (length <= dropped) {
        assertThat(UNASKED.startsWith(whole) || isBegunNull(seen)).as(seen).isTrue();
      } else if (length > decided) {
        assertThat(UNASKED).startsWith(whole);
      }
    }
  }

  @Test
  void givesEachEventWithItsOwnLastByteAtTheLatest() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    UsageFilter filter = new UsageFilter(true, faults::add);
    StringBuilder expected = new StringBuilder();
    for (String event : ASKED.split("(?<=\n\n)")) {
      byte[] bytes = utf8(event);
      for (int i = 0; i < bytes.length; i++) {
        filter.feed(bytes, i, i + 1, out);
      }
      if (!event.contains("prompt_tokens")) {
        expected.append(event.replace(",\"usage\":null", ""));
      }
      assertThat(filter.held()).isZero();
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }
  }

  @Test
  void givesTheTextOfAnEventAsItComes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    UsageFilter filter = new UsageFilter(true, faults::add);
    byte[] begun = utf8(HEAD + "\"choices\":[{\"delta\":{\"content\":\"abc");
    filter.feed(begun, 0, begun.length, out);

    assertThat(out.toByteArray()).isEqualTo(begun);
  }

  @Test
  void passesAnEventWithTooLongABeginningAndSaysSo() throws IOException {
    String event =
        "data: {\"id\":\""
            + "x".repeat(UsageFilter.MAX_HELD)
            + "\",\"choices\":[],\"usage\":{}}\n\n";
    byte[] stream = utf8(event + ASKED);
    for (int piece : new int[] {1, 7, 100, stream.length}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      UsageFilter filter = new UsageFilter(true, faults::add);
      for (int from = 0; from < stream.length; from += piece) {
        filter.feed(stream, from, Math.min(stream.length, from + piece), out);
        assertThat(filter.held()).isLessThanOrEqualTo(UsageFilter.MAX_HELD);
      }
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(event + UNASKED);
      assertThat(filter.incomplete()).isTrue();
    }
  }

  @Test
  void doesNotCallAnOrdinaryStreamIncomplete() throws IOException {
    UsageFilter filter = new UsageFilter(true, faults::add);
    filtered(filter, utf8(ASKED), 0);

    assertThat(filter.incomplete()).isFalse();
  }

  @Test
  void passesEverythingFromAFaultOfItsOwnOn() throws IOException {
    byte[] stream = utf8(ASKED);
    int decided = ASKED.indexOf("\"usage\":{\"prompt") + "\"usage\":{".length();
    int droppedLineEnd = ASKED.indexOf("\n\n", decided);
    for (int cut = 1; cut < stream.length; cut++) {
      if (cut > decided && cut <= droppedLineEnd + 1) {
        continue; // nothing of these bytes waits or passes, at most an empty line more
      }
      faults.clear();
      UsageFilter filter = new UsageFilter(true, faults::add);
      Clipping out = new Clipping();
      filter.feed(stream, 0, cut - 1, out);
      filter.feed(new byte[] {stream[cut - 1]}, 0, 2, out); // a byte more than there is
      assertThat(faults).hasSize(1);
      filter.feed(stream, cut, stream.length, out);
      filter.end(out);

      int rest = cut == decided ? cut - 1 : cut;
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      UsageFilter sound = new UsageFilter(true, faults::add);
      sound.feed(stream, 0, Math.min(cut, rest), expected);
      sound.end(expected);
      expected.write(stream, rest, stream.length - rest);
      assertThat(out.toString(StandardCharsets.UTF_8))
          .as("fault at " + cut)
          .isEqualTo(expected.toString(StandardCharsets.UTF_8));
      assertThat(filter.incomplete()).isTrue();
    }
  }

  @Test
  void leavesAFailureOfTheReaderToTheReader() {
    UsageFilter filter = new UsageFilter(true, faults::add);
    IOException full = new IOException("full");
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw full;
          }
        };
    byte[] stream = utf8(ASKED);

    assertThatThrownBy(() -> filter.feed(stream, 0, stream.length, out)).isSameAs(full);
    assertThat(faults).isEmpty();
  }

  /** Takes of a piece what there is of it. */
  private static final class Clipping extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] buffer, int offset, int length) {
      super.write(buffer, offset, Math.min(length, buffer.length - offset));
    }
  }

  private void passes(String stream, String expected) throws IOException {
    byte[] bytes = utf8(stream);
    Random random = new Random(3);
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(filtered(new UsageFilter(true, faults::add), bytes, cut))
          .as("cut at " + cut)
          .isEqualTo(expected);
    }
    for (int run = 0; run < 200; run++) {
      int most = 1 + random.nextInt(run % 2 == 0 ? 3 : 60);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      UsageFilter filter = new UsageFilter(true, faults::add);
      for (int from = 0; from < bytes.length; ) {
        int to = Math.min(bytes.length, from + 1 + random.nextInt(most));
        filter.feed(bytes, from, to, out);
        from = to;
      }
      filter.end(out);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected);
    }
    assertThat(faults).isEmpty();
  }

  private static String filtered(UsageFilter filter, byte[] stream, int cut) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    filter.feed(stream, 0, cut, out);
    filter.feed(stream, cut, stream.length, out);
    filter.end(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The stream breaks off inside a {@code "usage":null} that would have been taken out. */
  private static boolean isBegunNull(String seen) {
    int comma = seen.lastIndexOf(',');
    return comma >= 0 && ",\"usage\":null".startsWith(seen.substring(comma));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
