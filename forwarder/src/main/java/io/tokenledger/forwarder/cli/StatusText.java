package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.SourceStatus;
import io.tokenledger.forwarder.drain.StatusReader;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Sources for the terminal: a line for each, and their number by state. */
final class StatusText {
  private StatusText() {}

  static void print(List<SourceStatus> sources, PrintWriter out) {
    Map<SourceStatus.State, Long> states = new EnumMap<>(SourceStatus.State.class);
    for (SourceStatus source : sources) {
      states.merge(source.state(), 1L, Long::sum);
      out.println(line(source));
    }
    if (sources.isEmpty()) {
      out.println("There are no sources: no application with the agent has written a queue here.");
      return;
    }
    List<String> counts = new ArrayList<>();
    states.forEach((state, count) -> counts.add(count + " " + state.text()));
    out.println(
        sources.size()
            + (sources.size() == 1 ? " source: " : " sources: ")
            + String.join(", ", counts)
            + ".");
  }

  private static String line(SourceStatus source) {
    List<String> parts = new ArrayList<>();
    parts.add(
        source.committed() + (source.committed() == 1 ? " record" : " records") + " committed");
    parts.add(lag(source));
    parts.add("last call " + time(source.lastEventAt()));
    parts.add("last report " + time(source.lastReportAt()));
    if (source.gaps() > 0) {
      parts.add(
          source.gaps()
              + (source.gaps() == 1 ? " gap" : " gaps")
              + " of "
              + source.missing()
              + " records");
    }
    if (source.deadLetters() > 0) {
      parts.add(
          source.deadLetters() + (source.deadLetters() == 1 ? " dead letter" : " dead letters"));
    }
    parts.add(source.holder() == null ? "no forwarder reads it" : "read by " + source.holder());
    return String.format(
        "%-9s %s  %s",
        source.state().text(),
        source.directory() == null ? source.sourceId() : source.directory(),
        String.join(", ", parts));
  }

  private static String lag(SourceStatus source) {
    if (source.lag() == null) {
      return source.state() == SourceStatus.State.DRAINED ? "files not here" : "lag unknown";
    }
    if (source.lag() == 0) {
      return "nothing left";
    }
    return source.lag()
        + (source.lag() >= StatusReader.MOST_COUNTED ? " or more" : "")
        + " left"
        + (source.behind() == null ? "" : ", " + source.behind().toSeconds() + " s behind");
  }

  private static String time(Instant time) {
    return time == null ? "none" : time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
