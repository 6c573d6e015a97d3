package io.tokenledger.it.chaos;

import io.tokenledger.it.harness.JavaProcess;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of a service, from start to end: its calls, and how it ended. Not thread-safe. */
final class Life {
  /** Calls of a life are numbered from a multiple of this on. */
  static final int NUMBERS = 100_000;

  private static final Pattern CALL = Pattern.compile("(ok|cut|failed) (\\d+) (\\d+);");

  /** How a process came to its end. */
  enum End {
    /** It still runs. */
    NONE,
    /** By itself, because it was asked to. */
    ORDERLY,
    /** SIGTERM while it was calling. */
    TERMINATED,
    /** {@code kill -9}. */
    KILLED
  }

  /**
   * What the application says of a call.
   *
   * @param how ok, cut (it closed the stream early) or failed
   * @param nanos {@link System#nanoTime()} when the call had returned
   */
  record Call(String how, long nanos) {}

  private final String service;
  private final int number;
  private final JavaProcess process;
  private final long pid;
  private final Supplier<List<String>> out;
  private final Supplier<List<String>> err;
  private final Instant begun = Instant.now();
  private End end = End.NONE;
  private long endNanos = Long.MAX_VALUE;
  private boolean diskFull;

  Life(String service, int number, JavaProcess process) {
    this(service, number, process, process.pid(), process::out, process::err);
  }

  /** A life that was never lived: what it printed is given. */
  Life(String service, int number, long pid, List<String> out, List<String> err) {
    this(service, number, null, pid, () -> out, () -> err);
  }

  private Life(
      String service,
      int number,
      JavaProcess process,
      long pid,
      Supplier<List<String>> out,
      Supplier<List<String>> err) {
    this.service = service;
    this.number = number;
    this.process = process;
    this.pid = pid;
    this.out = out;
    this.err = err;
  }

  String service() {
    return service;
  }

  /** Which life this is of all; its calls begin at that times {@link #NUMBERS}. */
  int number() {
    return number;
  }

  long pid() {
    return pid;
  }

  JavaProcess process() {
    return process;
  }

  /** When it was started, by the machine's clock. */
  Instant begun() {
    return begun;
  }

  End end() {
    return end;
  }

  /** When its end was brought about, as {@link System#nanoTime()}. */
  long endNanos() {
    return endNanos;
  }

  /** Whether its end was brought about while it could not have told its last gap. */
  boolean endedOnFullDisk() {
    return diskFull;
  }

  /** Whether the agent found no room for a directory to write to when it began. */
  boolean saidThatTheDiskIsFull() {
    return err.get().stream().anyMatch(line -> line.startsWith("[tokenledger] queue.directory"));
  }

  /** To be called right before the process is made to end. */
  void ends(End how, boolean onFullDisk) {
    end = how;
    endNanos = System.nanoTime();
    diskFull = onFullDisk;
  }

  /** The calls that the application has said something of. */
  Map<Integer, Call> calls() {
    Map<Integer, Call> calls = new TreeMap<>();
    for (String line : out.get()) {
      Matcher said = CALL.matcher(line);
      if (said.matches()) {
        calls.put(
            Integer.valueOf(said.group(2)), new Call(said.group(1), Long.parseLong(said.group(3))));
      }
    }
    return calls;
  }

  @Override
  public String toString() {
    return service + "#" + number;
  }
}
