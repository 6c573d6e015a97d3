package io.tokenledger.agent.client;

/** Numbers of the bridge's tap points; ten for each client. */
public final class TapPoints {
  public static final int OKHTTP = 0;
  public static final int JDK = 10;
  public static final int APACHE5 = 20;
  public static final int APACHE5_ASYNC = 30;

  private TapPoints() {}
}
