package io.tokenledger.agent.config;

import io.tokenledger.agent.config.YamlNode.Mapping;
import io.tokenledger.agent.config.YamlNode.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values by key, out of three places: system property over environment over file. */
final class Settings {
  private final String file;
  private final Environment environment;
  private final Map<String, Scalar> scalars = new HashMap<>();
  private YamlNode endpoints;

  /**
   * @param file name of the file for messages
   * @param warnings gets a sentence for each key that nobody knows
   */
  Settings(String file, Mapping top, Environment environment, List<String> warnings)
      throws ConfigException {
    this.file = file;
    this.environment = environment;
    flatten("", top, warnings);
  }

  private void flatten(String prefix, Mapping mapping, List<String> warnings)
      throws ConfigException {
    for (Map.Entry<String, YamlNode> entry : mapping.entries().entrySet()) {
      String key = prefix + entry.getKey();
      YamlNode value = entry.getValue();
      if (key.equals(ConfigKeys.ENDPOINTS)) {
        endpoints = value;
      } else if (ConfigKeys.isScalar(key)) {
        if (!(value instanceof Scalar scalar)) {
          throw new ConfigException(where(value, key) + ": one value expected");
        }
        if (!scalar.isNothing() && scalars.put(key, scalar) != null) {
          throw new ConfigException(where(value, key) + ": the key is there twice");
        }
      } else if (value instanceof Mapping inner && isGroup(key)) {
        flatten(key + ".", inner, warnings);
      } else if (!isGroup(key) || !(value instanceof Scalar empty && empty.isNothing())) {
        if (isGroup(key)) {
          throw new ConfigException(where(value, key) + ": keys below it expected");
        }
        warnings.add(where(value, key) + ": unknown key, ignored");
      }
    }
  }

  private static boolean isGroup(String key) {
    return key.equals("queue")
        || key.equals("clients")
        || key.equals("attribution")
        || key.equals("fingerprint")
        || key.equals("preview")
        || key.equals("log");
  }

  /** The value of a key, or null when no place sets it. */
  Value value(String key) {
    String property = "tokenledger." + key;
    String set = environment.property(property);
    if (set != null) {
      return new Value("system property " + property, set);
    }
    String variable = "TOKENLEDGER_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
    set = environment.variable(variable);
    if (set != null) {
      return new Value("environment variable " + variable, set);
    }
    Scalar scalar = scalars.get(key);
    return scalar == null ? null : new Value(where(scalar, key), scalar.text());
  }

  /** The node at {@code endpoints}, or null. */
  YamlNode endpoints() {
    return endpoints;
  }

  String where(YamlNode node, String key) {
    return file + " line " + node.line() + ", " + key;
  }

  /** Where values come from besides the file. */
  interface Environment {
    Environment OF_THIS_JVM =
        new Environment() {
          @Override
          public String property(String name) {
            return System.getProperty(name);
          }

          @Override
          public String variable(String name) {
            return System.getenv(name);
          }
        };

    /** A system property, or null. */
    String property(String name);

    /** An environment variable, or null. */
    String variable(String name);
  }
}
