package io.tokenledger.agent.provider.compatible;

import io.tokenledger.agent.provider.HostPattern;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.openai.OpenAiProvider;
import java.util.List;

/** A provider that speaks the languages of others. */
final class CompatibleProvider implements Provider {
  private final CompatibleHosts.Host row;
  private final HostPattern[] hosts;
  private final Provider[] others;

  /** Made at the first call: a process meets few of the hosts, and its surfaces take time. */
  private volatile Provider openAi;

  /**
   * @param openAi OpenAI's language as the host speaks it, or null to make it from its traits
   * @param others languages that it speaks as they are
   */
  CompatibleProvider(CompatibleHosts.Host row, Provider openAi, Provider[] others) {
    this.row = row;
    this.openAi = openAi;
    this.others = others;
    hosts = new HostPattern[row.hosts().size()];
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = HostPattern.of(row.hosts().get(i));
    }
  }

  @Override
  public String name() {
    return row.name();
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
    Surface surface = openAi().surface(method, path);
    for (int i = 0; surface == null && i < others.length; i++) {
      surface = others[i].surface(method, path);
    }
    return surface;
  }

  @Override
  public List<String> hosts() {
    return row.hosts();
  }

  @Override
  public List<String> calls() {
    return row.calls();
  }

  /** Two threads may both make one; either is as good. */
  private Provider openAi() {
    Provider made = openAi;
    if (made == null) {
      made = new OpenAiProvider(row.traits());
      openAi = made;
    }
    return made;
  }
}
