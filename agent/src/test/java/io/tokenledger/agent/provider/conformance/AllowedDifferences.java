package io.tokenledger.agent.provider.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the ledger may say something else than {@code expected.json}: the resource {@code
 * exchanges-that-differ}, a line for each field, {@code <exchange> <field> <reason>}. One that no
 * longer differs is reported too, so that the list stays true.
 */
public final class AllowedDifferences {
  private static final Map<String, Set<String>> FIELDS = read();

  private AllowedDifferences() {}

  /**
   * What differs without a reason.
   *
   * @param differences each starts with the field's name and a colon
   */
  public static List<String> unexplained(Recording exchange, List<String> differences) {
    Set<String> allowed = new HashSet<>(FIELDS.getOrDefault(exchange.name(), Set.of()));
    List<String> unexplained = new ArrayList<>();
    for (String difference : differences) {
      if (!allowed.remove(difference.substring(0, difference.indexOf(':')))) {
        unexplained.add(difference);
      }
    }
    allowed.forEach(field -> unexplained.add(field + ": listed as a difference but is none"));
    return unexplained;
  }

  private static Map<String, Set<String>> read() {
    Map<String, Set<String>> fields = new HashMap<>();
    for (String line : lines()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split("\\s+", 3);
      if (parts.length < 3) {
        throw new IllegalStateException("exchanges-that-differ: no reason in: " + line);
      }
      fields.computeIfAbsent(parts[0], exchange -> new HashSet<>()).add(parts[1]);
    }
    return fields;
  }

  private static List<String> lines() {
    try (InputStream text =
        AllowedDifferences.class.getResourceAsStream("/exchanges-that-differ")) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
