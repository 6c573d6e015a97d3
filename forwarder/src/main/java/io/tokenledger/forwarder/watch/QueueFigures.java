package io.tokenledger.forwarder.watch;

import io.tokenledger.forwarder.drain.SourceLag;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures of the queue directory that this forwarder drains, by service. Immutable.
 *
 * @param bytes lengths of all files, as the agents count them
 * @param oldest age of the oldest record that is not committed; null: none waits
 */
record QueueFigures(
    Map<String, Service> services, Map<Refusal, Integer> refusals, long bytes, Duration oldest) {
  /** Before this much of its life a process that has called no model yet is no news. */
  private static final Duration YOUNG = Duration.ofMinutes(10);

  /** What the sources of one service add up to. */
  record Service(int sources, int silent, long records, Duration behind) {
    static final Service NONE = new Service(0, 0, 0, Duration.ZERO);

    private Service and(Service other) {
      return new Service(
          sources + other.sources,
          silent + other.silent,
          records + other.records,
          behind.compareTo(other.behind) > 0 ? behind : other.behind);
    }
  }

  /** A client that an agent left alone, and why. */
  record Refusal(String client, String reason) {}

  static QueueFigures of(
      List<SourceLag> lags, long bytes, Instant now, Labels names, Labels clients, Labels reasons) {
    Map<String, Service> services = new TreeMap<>();
    Map<Refusal, Integer> refusals = new java.util.HashMap<>();
    Duration oldest = null;
    for (SourceLag lag : lags) {
      Duration behind = behind(lag, now);
      if (behind != null && (oldest == null || behind.compareTo(oldest) > 0)) {
        oldest = behind;
      }
      Service one =
          new Service(
              1,
              isSilent(lag, now) ? 1 : 0,
              lag.records(),
              behind == null ? Duration.ZERO : behind);
      services.merge(names.of(lag.service()), one, Service::and);
      lag.refused()
          .forEach(
              (client, why) ->
                  refusals.merge(
                      new Refusal(clients.of(client), reasons.of(reason(why))), 1, Integer::sum));
    }
    return new QueueFigures(services, refusals, bytes, oldest);
  }

  private static Duration behind(SourceLag lag, Instant now) {
    if (lag.records() == 0 || lag.oldest() == null) {
      return null;
    }
    Duration behind = Duration.between(lag.oldest(), now);
    return behind.isNegative() ? Duration.ZERO : behind;
  }

  private static boolean isSilent(SourceLag lag, Instant now) {
    return !lag.exchanged()
        && lag.records() == 0
        && lag.startedAt() != null
        && lag.startedAt().isBefore(now.minus(YOUNG));
  }

  private static String reason(String state) {
    return state.startsWith("refused: ") ? state.substring("refused: ".length()) : state;
  }
}
