package io.tokenledger.agent.provider.compatible;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import java.util.ArrayList;
import java.util.List;

/** A provider that speaks the languages of others. */
final class CompatibleProvider implements Provider {
  private final String name;
  private final HostPattern[] hosts;
  private final Provider[] dialects;

  /**
   * @param row the name, then patterns of hosts
   */
  CompatibleProvider(String[] row, Provider[] dialects) {
    this.name = row[0];
    this.hosts = new HostPattern[row.length - 1];
    for (int i = 1; i < row.length; i++) {
      hosts[i - 1] = HostPattern.of(row[i]);
    }
    this.dialects = dialects;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean servesHost(String host) {
    for (HostPattern pattern : hosts) {
      if (pattern.matches(host)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Surface surface(String method, String path) {
    for (Provider dialect : dialects) {
      Surface surface = dialect.surface(method, path);
      if (surface != null) {
        return surface;
      }
    }
    return null;
  }

  @Override
  public List<String> hosts() {
    List<String> patterns = new ArrayList<>();
    for (HostPattern pattern : hosts) {
      patterns.add(pattern.end() == null ? pattern.start() : pattern.start() + "*" + pattern.end());
    }
    return patterns;
  }
}
