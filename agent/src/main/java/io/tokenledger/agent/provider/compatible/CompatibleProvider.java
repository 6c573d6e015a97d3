package io.tokenledger.agent.provider.compatible;

import io.tokenledger.agent.provider.HostPattern;
import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;
import io.tokenledger.agent.provider.openai.HostTraits;
import io.tokenledger.agent.provider.openai.OpenAiProvider;
import java.util.ArrayList;
import java.util.List;

/** A provider that speaks the languages of others. */
final class CompatibleProvider implements Provider {
  private final String name;
  private final HostTraits traits;
  private final HostPattern[] hosts;
  private final Provider[] others;

  /** Made at the first call: a process meets few of the hosts, and its surfaces take time. */
  private volatile Provider openAi;

  /**
   * @param traits where its OpenAI language departs from OpenAI's
   * @param hosts patterns of hosts
   * @param openAi that language, or null to make it from the traits
   * @param others languages that it speaks as they are
   */
  CompatibleProvider(
      String name, HostTraits traits, List<String> hosts, Provider openAi, Provider[] others) {
    this.name = name;
    this.traits = traits;
    this.hosts = new HostPattern[hosts.size()];
    for (int i = 0; i < this.hosts.length; i++) {
      this.hosts[i] = HostPattern.of(hosts.get(i));
    }
    this.openAi = openAi;
    this.others = others;
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
    Surface surface = openAi().surface(method, path);
    for (int i = 0; surface == null && i < others.length; i++) {
      surface = others[i].surface(method, path);
    }
    return surface;
  }

  @Override
  public List<String> hosts() {
    List<String> patterns = new ArrayList<>();
    for (HostPattern pattern : hosts) {
      patterns.add(pattern.toString());
    }
    return patterns;
  }

  /** Two threads may both make one; either is as good. */
  private Provider openAi() {
    Provider made = openAi;
    if (made == null) {
      made = new OpenAiProvider(traits);
      openAi = made;
    }
    return made;
  }
}
