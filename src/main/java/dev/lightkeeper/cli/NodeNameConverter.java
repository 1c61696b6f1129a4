package dev.lightkeeper.cli;

import dev.lightkeeper.node.NodeName;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a node's name from the command line. */
final class NodeNameConverter implements ITypeConverter<NodeName> {
  @Override
  public NodeName convert(String value) {
    if (!NodeName.isValid(value)) {
      throw new TypeConversionException("'" + value + "' cannot be a node's name");
    }
    return new NodeName(value);
  }
}
