package io.tokenledger.it.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.Jdks;
import io.tokenledger.it.harness.SmallDisk;
import io.tokenledger.it.harness.SmallDisk.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ledger of the built jar on a file system that is full, gets full, or is full one moment and
 * has room the next: the host lives, nothing faults, and what is missing is owned up to right
 * before the record that comes next. A fault in the interpreter's native compare-and-set kills a
 * JVM, one in compiled code comes late and elsewhere, so both run; an ext4 allocates blocks
 * otherwise than a tmpfs.
 *
 * <p>{@code -Ddisk=all} runs each JDK with each file system and mode, longer, and opens the queue
 * with many amounts of room; otherwise each two of the three are together once.
 */
class FullDiskIT {
  private static final boolean ALL = System.getProperty("disk", "").equals("all");

  private static final int DISK_KIB = 24 << 10;

  /** Some bytes beyond which the stand-in of a forwarder reads files and deletes them. */
  private static final long DRAIN_BYTES = 8 << 20;

  /** Enough for the compilers; the whole matrix waits for the second one. */
  private static final int WARM = ALL ? 12_000 : 5_000;

  /** Around what the segment, the metadata and the first cycle file take: 64, 128, 256 KiB. */
  private static final List<Integer> ROOM_WHEN_OPENING =
      List.of(0, 8, 60, 68, 124, 132, 192, 256, 320, 380, 384, 388, 452);

  private static final Duration STORM = Duration.ofSeconds(ALL ? 10 : 2);

  @TempDir Path directory;

  /** How the ledger's code runs. */
  enum Mode {
    INTERPRETED("-Xint"),
    COMPILED("-Xmixed");

    final String option;

    Mode(String option) {
      this.option = option;
    }
  }

  record Setting(Jdks.Jdk jdk, Kind kind, Mode mode) {
    @Override
    public String toString() {
      return kind + " " + mode + " on " + jdk;
    }
  }

  @TestFactory
  Stream<DynamicTest> theHostLivesWhileTheDiskFillsUpAlsoAtARoll() {
    return settings()
        .map(s -> DynamicTest.dynamicTest(s.toString(), () -> run(s, FullDiskIT::fillsUp)));
  }

  @TestFactory
  Stream<DynamicTest> theHostLivesWhenTheQueueOpensOnAFullDisk() {
    return settings()
        .filter(s -> ALL || s.mode() == Mode.INTERPRETED)
        .flatMap(
            s ->
                ROOM_WHEN_OPENING.stream()
                    .filter(kib -> ALL || kib == 384)
                    .map(kib -> opening(s, kib)));
  }

  @TestFactory
  Stream<DynamicTest> theHostLivesWhenANeighbourTakesAndGivesTheLastBlocks() {
    return settings()
        .filter(s -> ALL || s.mode() == Mode.COMPILED)
        .map(s -> DynamicTest.dynamicTest(s.toString(), () -> run(s, FullDiskIT::storm)));
  }

  /** Each JDK with each file system and each mode; unless all, each two of them once. */
  private static Stream<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (int i = 0; i < Jdks.all().size(); i++) {
      for (Kind kind : Kind.values()) {
        for (Mode mode : Mode.values()) {
          if (ALL || (i + kind.ordinal() + mode.ordinal()) % 2 == 0) {
            settings.add(new Setting(Jdks.all().get(i), kind, mode));
          }
        }
      }
    }
    return settings.stream();
  }

  private DynamicTest opening(Setting setting, int freeKib) {
    return DynamicTest.dynamicTest(
        setting + " with " + freeKib + " KiB free",
        () -> run(setting, (disk, ledger) -> opensFull(disk, ledger, freeKib)));
  }

  private static void fillsUp(SmallDisk disk, LedgerUnderTest ledger) {
    ledger.awaitQueue();
    if (ledger.setting().mode() == Mode.COMPILED) {
      ledger.take(WARM);
    }
    disk.fillUpTo(1_000);
    ledger.take(3_000);
    assertThat(ledger.exchanges()).isLessThan(ledger.taken());

    ledger.later(2); // a new cycle is due, and there is no room for its file
    disk.fill();
    ledger.take(100);
    int cycles = ledger.cycles();
    disk.empty();
    ledger.awaitCycle(cycles + 1);

    ledger.later(2); // due while there is room in the old file, and none for a new one
    disk.fill();
    ledger.take(500);
    disk.empty();
    ledger.awaitOneMore();
  }

  private static void opensFull(SmallDisk disk, LedgerUnderTest ledger, int freeKib) {
    disk.fillUpTo(freeKib);
    ledger.take(200);
    ledger.later(2);
    ledger.take(200);
    disk.empty();
    ledger.awaitQueue();
    ledger.take(100);
  }

  private static void storm(SmallDisk disk, LedgerUnderTest ledger) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    Thread neighbour = new Thread(() -> takeAndGive(disk, over));
    neighbour.start();
    try {
      for (long end = System.nanoTime() + STORM.toNanos(); System.nanoTime() < end; ) {
        ledger.take(200);
        ledger.later(1);
        if (ledger.bytes() > DRAIN_BYTES) {
          ledger.drainOldCycles();
        }
      }
    } finally {
      over.set(true);
      neighbour.join();
    }
    disk.empty();
    ledger.awaitQueue();
    ledger.take(100);
    assertThat(ledger.exchanges()).isLessThan(ledger.taken());
  }

  /** Full by half the time, at moments and with remains that nobody chose. */
  private static void takeAndGive(SmallDisk disk, AtomicBoolean over) {
    Random random = new Random(7);
    while (!over.get()) {
      disk.fillUpTo(random.nextBoolean() ? 0 : 4 * random.nextInt(200));
      LockSupport.parkNanos(random.nextInt(20_000_000));
      disk.empty();
      LockSupport.parkNanos(random.nextInt(20_000_000));
    }
  }

  private interface Scenario {
    void run(SmallDisk disk, LedgerUnderTest ledger) throws Exception;
  }

  private void run(Setting setting, Scenario scenario) throws Exception {
    Path mount = Files.createTempDirectory(directory, "disk");
    Path image = directory.resolve(mount.getFileName() + ".img");
    try (SmallDisk disk = SmallDisk.at(mount, setting.kind(), DISK_KIB, image);
        LedgerUnderTest ledger = LedgerUnderTest.start(setting, mount.resolve("queue"))) {
      scenario.run(disk, ledger);
      ledger.checkBooks();
    } finally {
      Files.deleteIfExists(image);
    }
  }
}
