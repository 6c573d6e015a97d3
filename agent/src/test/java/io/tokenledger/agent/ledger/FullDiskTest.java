package io.tokenledger.agent.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.UsageRecord;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real file system of 8 MiB that fills up while a process meters. Cold code is the dangerous one
 * (a fault in a native compare-and-set of the interpreter kills the JVM), so it runs interpreted
 * too.
 */
class FullDiskTest {
  private static final int DISK_BYTES = 8 << 20;
  private static final int FREE_KIB = 1_400;

  private static final int RECORDS_OF_A_FULL_DISK = 400;

  @TempDir Path directory;
  private int taken;

  @BeforeEach
  void mountSmallDisk() throws Exception {
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", directory.toString()),
        "needs Linux and root: mounts a tmpfs of 8 MiB");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", directory.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xint", "-Xmixed"})
  void theHostLivesAndTheLedgerOwnsUpToWhatIsMissing(String mode) throws Exception {
    try (LedgerProcess process = LedgerProcess.start(options(mode), "fill", directory)) {
      Sources.await("the source", () -> directory.toFile().list().length == 1);
      Path ballast = fillUp(FREE_KIB);
      take(process, RECORDS_OF_A_FULL_DISK);
      Files.delete(ballast);
      File source = LedgerProcess.onlySource(directory);
      long whileFull = QueueContents.entries(source).size();
      assertThat(whileFull).isPositive().isLessThan(RECORDS_OF_A_FULL_DISK);

      Sources.await("room again", () -> takesMore(process, source, whileFull));
      process.writeLine("");
      assertThat(process.exitCode()).isZero();

      List<LedgerEntry> entries = QueueContents.entries(source);
      long missing =
          QueueContents.bodies(entries, GapRecord.class).stream().mapToLong(GapRecord::count).sum();
      assertThat(missing).isPositive();
      assertThat(QueueContents.exchanges(source).size() + missing).isEqualTo(taken);
      assertThat(entries)
          .extracting(LedgerEntry::seq)
          .containsExactlyElementsOf(LongStream.range(0, entries.size()).boxed().toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 200, 500, 700})
  void aProcessStartedOnAFullDiskLivesAndRecovers(int freeKib) throws Exception {
    try (LedgerProcess process = LedgerProcess.start(options("-Xint"), "fill", directory)) {
      Sources.await("the source", () -> directory.toFile().list().length == 1);
      Path ballast = fillUp(freeKib);
      take(process, 50);
      Files.delete(ballast);
      File source = LedgerProcess.onlySource(directory);
      int before = QueueContents.entries(source).size();
      Sources.await("room again", () -> takesMore(process, source, before));
      process.writeLine("");
      assertThat(process.exitCode()).isZero();
    }
    List<LedgerEntry> entries = QueueContents.entries(LedgerProcess.onlySource(directory));
    long missing =
        QueueContents.bodies(entries, GapRecord.class).stream().mapToLong(GapRecord::count).sum();
    assertThat(QueueContents.bodies(entries, UsageRecord.class).size() + missing).isEqualTo(taken);
  }

  @Test
  void aProcessWithoutRoomForItsDirectoryOwnsUpToWhatItMissedOnceThereIsSome() throws Exception {
    Path ballast = fillUp(0);
    try (LedgerProcess process = LedgerProcess.start(options("-Xint"), "fill", directory)) {
      take(process, 50);
      assertThat(directory.toFile().list()).containsExactly("ballast");
      Files.delete(ballast);
      Sources.await("the source", () -> directory.toFile().list(FullDiskTest::isWhole).length == 1);
      File source = LedgerProcess.onlySource(directory);
      Sources.await("a record", () -> takesMore(process, source, 2));
      process.writeLine("");
      assertThat(process.exitCode()).isZero();

      List<LedgerEntry> entries = QueueContents.entries(source);
      assertThat(QueueContents.bodies(entries, GapRecord.class))
          .extracting(GapRecord::reason, GapRecord::count)
          .containsExactly(tuple("disk", (long) taken - QueueContents.exchanges(source).size()));
      assertThat(source.list()).contains("source.json", "queue.lock");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 700, FREE_KIB})
  void aProcessThatEndsOnAFullDiskOwnsUpToWhatIsMissing(int freeKib) throws Exception {
    try (LedgerProcess process = LedgerProcess.start(options("-Xint"), "fill", directory)) {
      Sources.await("the source", () -> directory.toFile().list().length == 1);
      take(process, 1);
      File source = LedgerProcess.onlySource(directory);
      Sources.await("its segment", () -> QueueContents.exchanges(source).size() == 1);
      fillUp(freeKib);
      take(process, 4 * RECORDS_OF_A_FULL_DISK);
      process.writeLine("");
      assertThat(process.exitCode()).isZero();

      List<LedgerEntry> entries = QueueContents.entries(source);
      long missing =
          QueueContents.bodies(entries, GapRecord.class).stream().mapToLong(GapRecord::count).sum();
      assertThat(missing).isPositive();
      assertThat(QueueContents.exchanges(source).size() + missing).isEqualTo(taken);
      assertThat(entries.get(entries.size() - 1).body()).isInstanceOf(AgentReport.class);
      assertThat(entries)
          .extracting(LedgerEntry::seq)
          .containsExactlyElementsOf(LongStream.range(0, entries.size()).boxed().toList());
    }
  }

  @Test
  void aProcessThatEndsOnADiskThatIsStillFullLeavesNothingBehind() throws Exception {
    fillUp(0);
    try (LedgerProcess process = LedgerProcess.start(options("-Xint"), "fill", directory)) {
      take(process, 50);
      process.writeLine("");

      assertThat(process.exitCode()).isZero();
      assertThat(directory.toFile().list()).containsExactly("ballast");
    }
  }

  private static boolean isWhole(File base, String name) {
    return !name.startsWith(QueueLayout.UNFINISHED_PREFIX);
  }

  private boolean takesMore(LedgerProcess process, File source, long than) {
    try {
      take(process, 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return QueueContents.entries(source).size() > than;
  }

  private void take(LedgerProcess process, int records) throws IOException {
    process.writeLine(Integer.toString(records));
    taken += records;
    assertThat(process.readLine()).isEqualTo("taken");
  }

  private Path fillUp(int freeKib) throws IOException {
    Path ballast = directory.resolve("ballast");
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (directory.toFile().getUsableSpace() > freeKib * 1024L) {
        out.write(block);
      }
    }
    return ballast;
  }

  private static List<String> options(String mode) {
    List<String> options = new ArrayList<>(LedgerProcess.MODULE_ACCESS);
    options.add(mode);
    return options;
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
