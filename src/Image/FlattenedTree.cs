using System.Buffers.Binary;
using System.Text;

namespace Redoubt.Image;

/// <summary>Writes a device tree in its flattened form, version 17 (Devicetree Specification 0.4, chapter 5).</summary>
internal sealed class FlattenedTree
{
    private const uint Magic = 0xd00d_feed, Version = 17, CompatibleVersion = 16;
    private const uint BeginNode = 1, EndNode = 2, Property = 3, End = 9;
    private const int HeaderSize = 40, ReservationsSize = 16;

    private readonly MemoryStream _structure = new();
    private readonly MemoryStream _strings = new();
    private readonly Dictionary<string, uint> _offsets = [];

    private FlattenedTree()
    {
    }

    public static byte[] Encode(DeviceTreeNode root)
    {
        FlattenedTree tree = new();
        tree.Write(root);
        tree.Word(End);
        return tree.Assemble();
    }

    /// <summary>Header, an empty list of reservations, structure, strings.</summary>
    private byte[] Assemble()
    {
        uint structure = HeaderSize + ReservationsSize;
        uint strings = structure + (uint)_structure.Length;
        uint total = (uint)((ulong)(strings + _strings.Length)).AlignUp(8);
        byte[] bytes = new byte[total];
        ReadOnlySpan<uint> header =
        [
            Magic, total, structure, strings, HeaderSize, Version, CompatibleVersion, 0,
            (uint)_strings.Length, (uint)_structure.Length,
        ];
        for (int i = 0; i < header.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * 4), header[i]);
        _structure.ToArray().CopyTo(bytes, structure);
        _strings.ToArray().CopyTo(bytes, strings);
        return bytes;
    }

    private void Write(DeviceTreeNode node)
    {
        Word(BeginNode);
        Padded(Encoding.ASCII.GetBytes(node.Name + '\0'));
        foreach ((string name, byte[] value) in node.Properties)
        {
            Word(Property);
            Word((uint)value.Length);
            Word(Offset(name));
            Padded(value);
        }

        foreach (DeviceTreeNode child in node.Children)
            Write(child);
        Word(EndNode);
    }

    private uint Offset(string name)
    {
        if (!_offsets.TryGetValue(name, out uint offset))
        {
            _offsets.Add(name, offset = (uint)_strings.Length);
            _strings.Write(Encoding.ASCII.GetBytes(name + '\0'));
        }

        return offset;
    }

    private void Word(uint word)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        _structure.Write(bytes);
    }

    private void Padded(byte[] bytes)
    {
        _structure.Write(bytes);
        while (_structure.Length % 4 != 0)
            _structure.WriteByte(0);
    }
}
