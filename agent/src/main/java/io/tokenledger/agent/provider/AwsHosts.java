package io.tokenledger.agent.provider;

/**
 * Hosts of Amazon's model services by region: public, FIPS and dual-stack endpoints, and those of a
 * VPC ({@code vpce-....bedrock-runtime.us-east-1.vpce.amazonaws.com}). Source: "Amazon Bedrock
 * endpoints and quotas" of the AWS General Reference, and "Use interface VPC endpoints" of the
 * Bedrock guide.
 */
public final class AwsHosts {
  private static final RegionalHost[] RUNTIME = hosts("bedrock-runtime.", "bedrock-runtime-fips.");
  private static final RegionalHost[] MANTLE = hosts("bedrock-mantle.", "bedrock-mantle-fips.");

  private AwsHosts() {}

  /** True for hosts of Bedrock's runtime; ignores case, allocates nothing. */
  public static boolean isBedrockRuntime(String host) {
    for (RegionalHost pattern : RUNTIME) {
      if (pattern.matches(host)) {
        return true;
      }
    }
    return false;
  }

  /** The region that a host of Bedrock or Bedrock Mantle names; null for all others. */
  public static String region(String host) {
    String region = region(RUNTIME, host);
    return region == null ? region(MANTLE, host) : region;
  }

  private static String region(RegionalHost[] patterns, String host) {
    for (RegionalHost pattern : patterns) {
      String region = pattern.region(host);
      if (region != null) {
        return region;
      }
    }
    return null;
  }

  private static RegionalHost[] hosts(String... services) {
    String[] domains = {
      ".amazonaws.com",
      ".api.aws",
      ".vpce.amazonaws.com",
      ".amazonaws.com.cn",
      ".vpce.amazonaws.com.cn"
    };
    RegionalHost[] hosts = new RegionalHost[services.length * domains.length];
    for (int i = 0; i < hosts.length; i++) {
      hosts[i] = new RegionalHost(services[i / domains.length], domains[i % domains.length]);
    }
    return hosts;
  }
}
