using System.Buffers.Binary;
using System.Text;

namespace Redoubt.Image;

/// <summary>A node of a device tree (Devicetree Specification 0.4, chapter 2).</summary>
internal sealed class DeviceTreeNode(string name)
{
    private readonly List<(string Name, byte[] Value)> _properties = [];
    private readonly List<DeviceTreeNode> _children = [];

    public string Name { get; } = name;

    public IReadOnlyList<(string Name, byte[] Value)> Properties => _properties;

    public IReadOnlyList<DeviceTreeNode> Children => _children;

    /// <summary>A property without a value.</summary>
    public DeviceTreeNode Flag(string property) => Bytes(property, []);

    /// <summary>A property of 32-bit cells.</summary>
    public DeviceTreeNode Cells(string property, params ReadOnlySpan<uint> cells)
    {
        byte[] value = new byte[cells.Length * 4];
        for (int i = 0; i < cells.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(i * 4), cells[i]);
        return Bytes(property, value);
    }

    /// <summary>A property of 64-bit numbers: two cells each, as addresses and sizes are here.</summary>
    public DeviceTreeNode Wide(string property, params ReadOnlySpan<ulong> numbers)
    {
        byte[] value = new byte[numbers.Length * 8];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteUInt64BigEndian(value.AsSpan(i * 8), numbers[i]);
        return Bytes(property, value);
    }

    /// <summary>A property of strings.</summary>
    public DeviceTreeNode Text(string property, params IEnumerable<string> texts) =>
        Bytes(property, Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text + '\0'))));

    public DeviceTreeNode Bytes(string property, byte[] value)
    {
        _properties.Add((property, value));
        return this;
    }

    public DeviceTreeNode Add(DeviceTreeNode child)
    {
        _children.Add(child);
        return this;
    }
}
