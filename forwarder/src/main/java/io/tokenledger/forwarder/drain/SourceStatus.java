package io.tokenledger.forwarder.drain;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * How one source stands: what the ledger says of it, and what is on disk here.
 *
 * @param directory its name below the queue directory
 * @param committed records that are committed, from 0 on
 * @param lag records on disk that are not committed, at most {@link StatusReader#MOST_COUNTED};
 *     null where the files are not here or cannot be read
 * @param behind age of the oldest of these that has a time; null when there is none
 * @param holder forwarder that reads it now; null: none
 * @param missing records missing in its gaps, where known
 */
public record SourceStatus(
    UUID sourceId,
    String directory,
    String service,
    String environment,
    String host,
    Long pid,
    Instant startedAt,
    String agentVersion,
    State state,
    long committed,
    Long lag,
    Duration behind,
    String holder,
    Instant lastEventAt,
    Instant lastReportAt,
    Instant drainedAt,
    Instant deletedAt,
    long gaps,
    long missing,
    long deadLetters) {

  /** What a source is. */
  public enum State {
    /** Its process holds the lock. */
    LIVE,
    /** Its process has ended, and records may be left on disk. */
    ENDED,
    /** Its process has ended, and all is committed. */
    DRAINED,
    /** As drained, and its files are deleted. */
    DELETED,
    /** Not wholly drained, and its files are not in this queue directory. */
    ELSEWHERE;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
