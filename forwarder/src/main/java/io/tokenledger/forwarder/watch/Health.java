package io.tokenledger.forwarder.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/**
 * What {@code /health/ready} answers.
 *
 * @param at when it was looked
 * @param findings the worst first
 */
public record Health(Instant at, List<Finding> findings) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The three answers. */
  public enum Status {
    READY,
    DEGRADED,
    DOWN;

    public String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Health {
    findings =
        findings.stream()
            .sorted(java.util.Comparator.comparing((Finding finding) -> !finding.code().isDown()))
            .toList();
  }

  public Status status() {
    if (findings.isEmpty()) {
      return Status.READY;
    }
    return findings.get(0).code().isDown() ? Status.DOWN : Status.DEGRADED;
  }

  /** {@code ready}, or one line for each finding: {@code degraded: ...}, {@code down: ...}. */
  public String text() {
    if (findings.isEmpty()) {
      return "ready\n";
    }
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      Status status = finding.code().isDown() ? Status.DOWN : Status.DEGRADED;
      text.append(status.text()).append(": ").append(finding.message()).append('\n');
    }
    return text.toString();
  }

  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("status", status().text());
    root.put("at", at.toString());
    ArrayNode list = root.putArray("findings");
    for (Finding finding : findings) {
      ObjectNode one = list.addObject();
      one.put("code", finding.code().text());
      one.put("status", (finding.code().isDown() ? Status.DOWN : Status.DEGRADED).text());
      one.put("message", finding.message());
    }
    return root + "\n";
  }
}
