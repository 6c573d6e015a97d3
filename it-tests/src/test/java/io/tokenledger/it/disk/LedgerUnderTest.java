package io.tokenledger.it.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.disk.FullDiskIT.Setting;
import io.tokenledger.it.harness.Jars;
import io.tokenledger.it.harness.JavaProcess;
import io.tokenledger.it.harness.QueueContents;
import io.tokenledger.record.AgentReport;
import io.tokenledger.record.GapRecord;
import io.tokenledger.record.LedgerEntry;
import io.tokenledger.record.QueueLayout;
import io.tokenledger.record.UsageField;
import io.tokenledger.record.UsageRecord;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.TreeMap;

/** A process that runs {@link LedgerMain}, and the books of what was given to it. */
final class LedgerUnderTest implements AutoCloseable {
  private static final Duration AT_MOST = Duration.ofSeconds(60);
  private static final int CYCLE_BYTES = 300_000;

  private final Setting setting;
  private final Path queue;
  private final JavaProcess process;
  private final TreeMap<Long, LedgerEntry> drained = new TreeMap<>();
  private int taken;
  private int answers = 1;

  private LedgerUnderTest(Setting setting, Path queue, JavaProcess process) {
    this.setting = setting;
    this.queue = queue;
    this.process = process;
  }

  /**
   * @param queue where the queue directory is made
   */
  static LedgerUnderTest start(Setting setting, Path queue) throws IOException {
    JavaProcess process =
        JavaProcess.on(setting.jdk())
            .jvm(
                setting.mode().option,
                "-XX:ErrorFile=/dev/stderr",
                // what the agent grants its own loader
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED")
            .main(
                Jars.applicationClassPath() + File.pathSeparator + Jars.agent(),
                LedgerMain.class.getName(),
                Jars.agent().toString(),
                Files.createDirectory(queue).toString(),
                Integer.toString(CYCLE_BYTES))
            .start();
    process.awaitLine("ready", AT_MOST);
    return new LedgerUnderTest(setting, queue, process);
  }

  Setting setting() {
    return setting;
  }

  /** How many exchanges were given to it. */
  int taken() {
    return taken;
  }

  void take(int records) {
    taken += records;
    command("take " + records);
  }

  /** Moves its clock. */
  void later(int minutes) {
    command("later " + minutes);
  }

  /** Until the Chronicle Queue has a record. */
  void awaitQueue() {
    process.awaitUntil(
        "a record in the queue",
        AT_MOST,
        () -> {
          take(1);
          return QueueContents.isChronicleInUse(queue);
        });
  }

  /** Until it rolled to its so many-th file. */
  void awaitCycle(int number) {
    process.awaitUntil(
        "cycle file " + number,
        AT_MOST,
        () -> {
          take(1);
          return cycles() >= number;
        });
  }

  /** Until a record gets through. */
  void awaitOneMore() {
    long before = exchanges();
    process.awaitUntil(
        "room again",
        AT_MOST,
        () -> {
          take(1);
          return exchanges() > before;
        });
  }

  /** How many exchanges are in the ledger. */
  long exchanges() {
    return entries().values().stream().filter(e -> e.body() instanceof UsageRecord).count();
  }

  int cycles() {
    return cycleFiles().length;
  }

  /** Bytes of the directory. */
  long bytes() {
    return Arrays.stream(source().listFiles()).mapToLong(File::length).sum();
  }

  /** What a forwarder does: reads, then deletes the files that are not written to any more. */
  void drainOldCycles() {
    File[] cycles = cycleFiles();
    drained.putAll(entries());
    for (int i = 0; i < cycles.length - 1; i++) {
      assertThat(cycles[i].delete()).isTrue();
    }
  }

  /** Ends the process and compares what it was given with what it wrote, one by one. */
  void checkBooks() {
    process.send("exit");
    assertThat(process.exitCode(AT_MOST)).as(process.transcript()).isZero();
    assertThat(process.err()).isEmpty();
    long seq = 0;
    long number = 0;
    AgentReport last = null;
    for (LedgerEntry entry : entries().values()) {
      assertThat(entry.seq()).isEqualTo(seq++);
      if (entry.body() instanceof GapRecord gap) {
        assertThat(gap.reason()).isEqualTo("disk");
        number += gap.count();
      } else if (entry.body() instanceof UsageRecord exchange) {
        assertThat(exchange.get(UsageField.INPUT_TOKENS)).isEqualTo(number++);
      } else {
        last = (AgentReport) entry.body();
      }
    }
    assertThat(number).isEqualTo(taken);
    assertThat(last.json())
        .contains("\"occasion\":\"stop\"", "\"ledger_errors\":0", "\"writer\":\"chronicle\"")
        .doesNotContain("why_not_chronicle");
  }

  @Override
  public void close() {
    process.close();
  }

  private void command(String line) {
    process.send(line);
    answers++;
    process.awaitUntil("an answer to " + line, AT_MOST, () -> process.out().size() >= answers);
  }

  private TreeMap<Long, LedgerEntry> entries() {
    TreeMap<Long, LedgerEntry> all = new TreeMap<>(drained);
    QueueContents.of(queue).entries().forEach(entry -> all.put(entry.seq(), entry));
    return all;
  }

  private File[] cycleFiles() {
    File[] files = source().listFiles((dir, name) -> name.endsWith(QueueLayout.CYCLE_SUFFIX));
    Arrays.sort(files);
    return files;
  }

  private File source() {
    File[] sources = queue.toFile().listFiles(File::isDirectory);
    assertThat(sources).hasSize(1);
    return sources[0];
  }
}
