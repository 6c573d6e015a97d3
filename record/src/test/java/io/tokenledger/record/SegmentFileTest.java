package io.tokenledger.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentFileTest {
  @TempDir Path directory;

  @Test
  void givesBackWhatWasAppended() throws IOException {
    File file = segmentOf("one", "two", "three");
    assertThat(entries(file)).containsExactly("one", "two", "three");
  }

  @Test
  void resumesAtAPosition() throws IOException {
    File file = segmentOf("one", "two");
    long position;
    try (SegmentFileReader reader = new SegmentFileReader(file, 0)) {
      reader.next();
      position = reader.position();
    }
    try (SegmentFileReader reader = new SegmentFileReader(file, position)) {
      assertThat(text(reader.next())).isEqualTo("two");
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void followsAFileThatIsWritten() throws IOException {
    File file = directory.resolve("live").toFile();
    try (SegmentFileWriter writer = new SegmentFileWriter(file);
        SegmentFileReader reader = new SegmentFileReader(file, 0)) {
      assertThat(reader.next()).isNull();
      writer.append(bytes("late"));
      assertThat(text(reader.next())).isEqualTo("late");
    }
  }

  @Test
  void keepsWholeEntriesOfAFileTornAtAnyByte() throws IOException {
    byte[] whole = Files.readAllBytes(segmentOf("one", "two").toPath());
    int endOfFirst = 8 + 8 + 3;
    for (int length = 8; length < whole.length; length++) {
      File torn = directory.resolve("torn-" + length).toFile();
      Files.write(torn.toPath(), Arrays.copyOf(whole, length));
      List<String> expected = length < endOfFirst ? List.of() : List.of("one");
      assertThat(entries(torn)).as("torn at %d", length).isEqualTo(expected);
    }
  }

  @Test
  void stopsBeforeAnEntryWithAnyByteFlipped() throws IOException {
    byte[] whole = Files.readAllBytes(segmentOf("one", "two").toPath());
    for (int at = 8 + 8 + 3; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 0x10;
      File file = directory.resolve("flipped-" + at).toFile();
      Files.write(file.toPath(), flipped);
      assertThat(entries(file)).as("flipped at %d", at).containsExactly("one");
    }
  }

  @Test
  void takesZerosForTheEnd() throws IOException {
    File file = segmentOf("one");
    Files.write(file.toPath(), new byte[100], java.nio.file.StandardOpenOption.APPEND);
    assertThat(entries(file)).containsExactly("one");
  }

  @Test
  void refusesWhatIsNoSegment() throws IOException {
    File file = directory.resolve("other").toFile();
    Files.write(file.toPath(), bytes("something else"));
    assertThatThrownBy(() -> new SegmentFileReader(file, 0))
        .hasMessageContaining("no segment file");
    Files.write(file.toPath(), bytes("TLSEG"));
    assertThatThrownBy(() -> new SegmentFileReader(file, 0)).hasMessageContaining("header");
    Files.write(file.toPath(), new byte[] {'T', 'L', 'S', 'E', 'G', 0, 0, 9});
    assertThatThrownBy(() -> new SegmentFileReader(file, 0)).hasMessageContaining("format 9");
  }

  @Test
  void neverOverwritesAFile() throws IOException {
    File file = segmentOf("one");
    assertThatThrownBy(() -> new SegmentFileWriter(file)).hasMessageContaining("exists");
    assertThat(entries(file)).containsExactly("one");
  }

  private File segmentOf(String... entries) throws IOException {
    File file = directory.resolve(QueueLayout.segmentName(0)).toFile();
    try (SegmentFileWriter writer = new SegmentFileWriter(file)) {
      for (String entry : entries) {
        writer.append(bytes(entry));
      }
      assertThat(writer.length()).isEqualTo(file.length());
    }
    return file;
  }

  private static List<String> entries(File file) throws IOException {
    List<String> entries = new ArrayList<>();
    try (SegmentFileReader reader = new SegmentFileReader(file, 0)) {
      for (byte[] entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(text(entry));
      }
    }
    return entries;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
