package io.tokenledger.forwarder.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadTest {
  private static final int MIB = 1024 * 1024;

  private final ScriptedServer server = new ScriptedServer();
  private final Download download =
      new Download(new Download.Limits(MIB, Duration.ofMillis(1_500), 2));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void readsADocumentOfTheSizeThatIsAllowed() throws Exception {
    server.on("/a", ScriptedServer.Answer.ok("ü".repeat(MIB / 2)));

    assertThat(get("/a").body()).hasSize(MIB / 2).startsWith("ü");
  }

  @Test
  void stopsAtALongerOne() {
    server.on("/a", ScriptedServer.Answer.ok("x".repeat(MIB + 1)));

    assertThatThrownBy(() -> get("/a"))
        .isInstanceOf(IOException.class)
        .hasMessage("it is longer than 1 MiB");
  }

  @Test
  void stopsWaitingForABodyThatDoesNotEnd() {
    server.on("/a", new ScriptedServer.Answer(200, Map.of(), null));

    assertThatThrownBy(() -> get("/a")).hasMessageStartingWith("no whole answer within");
  }

  @Test
  void followsAFewRedirectsAndTakesNoHeadersThere() throws Exception {
    server
        .on("/a", redirect("/b"))
        .on("/b", redirect(server.address() + "/c"))
        .on("/c", ScriptedServer.Answer.ok("found"));

    HttpResponse<String> response =
        download.get(URI.create(server.address() + "/a"), Map.of("x-secret", "s3cret"));

    assertThat(response.body()).isEqualTo("found");
    assertThat(server.asked().get(0).headers().toString()).contains("s3cret");
    assertThat(server.asked().get(2).headers().toString()).doesNotContain("s3cret");
  }

  @Test
  void givesUpAfterTooManyRedirects() throws Exception {
    server.on("/a", redirect("/a"));

    assertThat(get("/a").statusCode()).isEqualTo(302);
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void followsNoRedirectToAnotherKindOfAddress() {
    server.on("/a", redirect("file:///etc/passwd"));

    assertThatThrownBy(() -> get("/a")).hasMessage("it is no address of http:// or https://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"file:///etc/passwd", "ftp://host/x", "//host", "http:", "a b", "http:// "})
  void takesAddressesOfTheWebOnly(String text) {
    assertThatThrownBy(() -> Download.address(text))
        .isInstanceOf(IOException.class)
        .hasMessage("it is no address of http:// or https://");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return download.get(URI.create(server.address() + path), Map.of());
  }

  private static ScriptedServer.Answer redirect(String to) {
    return new ScriptedServer.Answer(302, Map.of("Location", to), "");
  }
}
