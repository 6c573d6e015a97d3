package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tokenledger.agent.config.AgentConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceDirectoryTest {
  @TempDir Path base;

  @Test
  void isNamedAfterServiceAndTime() {
    assertThat(Sources.create(base).path().getName())
        .matches("billing_app-\\d{8}T\\d{6}Z-[0-9a-f]{8}");
  }

  @Test
  void cutsALongServiceName() throws IOException {
    SourceFacts facts = new SourceFacts("s".repeat(99), null, "0.1.0", "d", Map.of());
    assertThat(SourceDirectory.create(Sources.roomy(base), facts).path().getName())
        .matches("s{64}-.*");
  }

  @Test
  void saysWhoseQueueItIs() throws IOException {
    Instant before = Instant.now();
    SourceDirectory source = Sources.create(base);
    JsonNode json =
        new ObjectMapper().readTree(source.path().toPath().resolve("source.json").toFile());
    UUID id = UUID.fromString(json.get("source_id").asText());
    assertThat(id).isEqualTo(source.sourceId());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16))
        .isBetween(before.minusMillis(1), Instant.now());
    assertThat(Instant.parse(json.get("started_at").asText()).toEpochMilli())
        .isEqualTo(id.getMostSignificantBits() >>> 16);
    assertThat(json.get("service").asText()).isEqualTo("billing app");
    assertThat(json.get("environment").asText()).isEqualTo("test");
    assertThat(json.get("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    assertThat(json.get("host").asText()).isNotBlank();
    assertThat(json.get("java_version").asText()).isEqualTo(System.getProperty("java.version"));
    assertThat(json.get("config_digest").asText()).isEqualTo("d1gest");
    assertThat(json.get("clients").get("okhttp").asText()).isEqualTo("on");
  }

  @Test
  void quotesWhatTheServiceIsCalled() throws IOException {
    SourceFacts facts = new SourceFacts("a\"b\\c\n\u00e9\ud800", null, "0.1.0", "d", Map.of());
    SourceDirectory source = SourceDirectory.create(Sources.roomy(base), facts);
    JsonNode json =
        new ObjectMapper().readTree(source.path().toPath().resolve("source.json").toFile());
    assertThat(json.get("service").asText()).startsWith("a\"b\\c\n\u00e9");
    assertThat(json.get("environment").isNull()).isTrue();
  }

  @Test
  void holdsItsLock() throws IOException {
    SourceDirectory source = Sources.create(base);
    Path lock = source.path().toPath().resolve("queue.lock");
    try (RandomAccessFile other = new RandomAccessFile(lock.toFile(), "rw")) {
      assertThatThrownBy(() -> other.getChannel().tryLock())
          .isInstanceOf(OverlappingFileLockException.class);
    }
  }

  @Test
  void isTheOwnersAlone() throws IOException {
    Path source = Sources.create(base).path().toPath();
    assertThat(mode(source)).isEqualTo(0700);
    assertThat(mode(source.resolve("queue.lock"))).isEqualTo(0600);
    assertThat(mode(source.resolve("source.json"))).isEqualTo(0600);
  }

  @Test
  void opensToTheGroupWhenTold() throws IOException {
    AgentConfig.Queue queue =
        new AgentConfig.Queue(base.resolve("made").toString(), 1 << 30, 1 << 30, 0, 0660);
    Path source = SourceDirectory.create(queue, Sources.FACTS).path().toPath();
    assertThat(mode(source.getParent())).isEqualTo(02770);
    assertThat(mode(source)).isEqualTo(02770);
    assertThat(mode(source.resolve("queue.lock"))).isEqualTo(0660);
    assertThat(mode(source.resolve("source.json"))).isEqualTo(0660);
  }

  @Test
  void saysInOneSentenceWhereItCannotBe() throws IOException {
    Path file = Files.writeString(base.resolve("file"), "");
    assertThatThrownBy(() -> SourceDirectory.create(Sources.roomy(file), Sources.FACTS))
        .isInstanceOf(IOException.class)
        .hasMessage("queue.directory " + file + " is not a directory");
    Path below = file.resolve("below");
    assertThatThrownBy(() -> SourceDirectory.create(Sources.roomy(below), Sources.FACTS))
        .hasMessage("queue.directory " + below + " does not exist and cannot be made");
  }

  @Test
  void leavesNoUnfinishedDirectory() {
    Sources.create(base);
    assertThat(base.toFile().list()).hasSize(1);
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & 07777;
  }
}
