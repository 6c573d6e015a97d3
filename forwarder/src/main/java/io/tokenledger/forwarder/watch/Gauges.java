package io.tokenledger.forwarder.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gauges that show what the last look found, and are absent where it found nothing. Not
 * thread-safe; scrapes may read meanwhile.
 */
final class Gauges {
  private final MeterRegistry registry;
  private final Map<String, MultiGauge> gauges = new LinkedHashMap<>();
  private final Map<String, List<MultiGauge.Row<?>>> rows = new LinkedHashMap<>();

  Gauges(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Adds a value to those of this look.
   *
   * @param labels names and values in turn
   */
  void set(String name, String help, double value, String... labels) {
    gauges.computeIfAbsent(
        name, key -> MultiGauge.builder(key).description(help).register(registry));
    rows.computeIfAbsent(name, key -> new ArrayList<>())
        .add(MultiGauge.Row.of(Tags.of(labels), value));
  }

  /** Shows this look's values and begins the next one with none. */
  void show() {
    gauges.forEach((name, gauge) -> gauge.register(rows.getOrDefault(name, List.of()), true));
    rows.clear();
  }
}
