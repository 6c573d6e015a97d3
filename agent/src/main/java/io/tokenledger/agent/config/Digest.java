package io.tokenledger.agent.config;

import java.util.TreeMap;

/** Identifies a configuration, so that reports can tell which processes run with the same one. */
final class Digest {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private Digest() {}

  /**
   * The configuration with its digest filled in: 64-bit FNV-1a of all values but the salt, which
   * must not be guessed from it. A cryptographic hash would load a security provider in premain.
   */
  static AgentConfig of(AgentConfig c) {
    StringBuilder all = new StringBuilder(256);
    all.append(c.enabled()).append('\n').append(c.service()).append('\n');
    all.append(c.environment()).append('\n').append(c.queue().directory()).append('\n');
    all.append(c.queue().maxBytes()).append('\n').append(c.queue().directoryMaxBytes());
    all.append('\n').append(c.queue().minFreeDiskBytes()).append('\n');
    all.append(c.queue().fileMode()).append('\n').append(c.discover()).append('\n');
    for (AgentConfig.Endpoint e : c.endpoints()) {
      all.append(e.url()).append(' ').append(e.provider()).append(' ');
      all.append(e.dialect()).append(' ').append(e.billed()).append('\n');
    }
    all.append(new TreeMap<>(c.clients())).append(new TreeMap<>(c.attribution()));
    all.append(c.fingerprintSalt() != null).append('\n').append(c.preview().enabled());
    all.append('\n').append(c.preview().maxChars()).append('\n');
    all.append(c.requestStreamUsage()).append('\n').append(c.log().level());
    all.append('\n').append(c.log().file());
    long hash = FNV_OFFSET;
    for (int i = 0; i < all.length(); i++) {
      hash = (hash ^ all.charAt(i)) * FNV_PRIME;
    }
    return c.withDigest(Long.toHexString(hash));
  }
}
