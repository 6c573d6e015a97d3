package io.tokenledger.agent.provider.replicate;

import io.tokenledger.agent.provider.Provider;
import io.tokenledger.agent.provider.Surface;

/**
 * Replicate: predictions are created ({@code POST}) and, where the answer was not waited for, read
 * until they are done ({@code GET}). Lists, cancels and trainings are no calls.
 */
public final class ReplicateProvider implements Provider {
  private static final String CREATE = "/predictions";
  private static final String READ = "/predictions/";

  private final Surface predictions = new PredictionsSurface();

  @Override
  public String name() {
    return "replicate";
  }

  @Override
  public boolean servesHost(String host) {
    return host.equalsIgnoreCase("api.replicate.com");
  }

  @Override
  public Surface surface(String method, String path) {
    boolean call =
        method.equals("POST")
            ? path.endsWith(CREATE)
            : method.equals("GET") && isRead(path, path.lastIndexOf('/') + 1);
    return call ? predictions : null;
  }

  private static boolean isRead(String path, int id) {
    return id < path.length() && path.startsWith(READ, id - READ.length());
  }
}
