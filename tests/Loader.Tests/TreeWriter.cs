using System.Buffers.Binary;
using System.Text;

namespace Redoubt.Loader.Tests;

/// <summary>Writes flattened devicetrees (Devicetree Specification v0.4, chapter 5) for the tests.</summary>
internal sealed class TreeWriter
{
    private readonly List<byte> _structure = [], _strings = [];

    internal static byte[] Text(string text) => [.. Encoding.ASCII.GetBytes(text), 0];

    internal static byte[] Cells(params uint[] cells)
    {
        byte[] bytes = new byte[4 * cells.Length];
        for (int i = 0; i < cells.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), cells[i]);
        return bytes;
    }

    internal TreeWriter Node(string name, Action<TreeWriter> body)
    {
        _structure.AddRange([.. Cells(1), .. Text(name)]);
        Pad();
        body(this);
        _structure.AddRange(Cells(2));
        return this;
    }

    internal TreeWriter Property(string name, byte[] value)
    {
        _structure.AddRange([.. Cells(3, (uint)value.Length, (uint)_strings.Count), .. value]);
        _strings.AddRange(Text(name));
        Pad();
        return this;
    }

    internal TreeWriter Nop()
    {
        _structure.AddRange(Cells(4));
        return this;
    }

    internal byte[] Blob()
    {
        uint structure = 40 + 16, strings = structure + (uint)_structure.Count + 4;
        uint total = strings + (uint)_strings.Count;
        return
        [
            .. Cells(0xd00dfeed, total, structure, strings, 40, 17, 16, 0, (uint)_strings.Count, (uint)_structure.Count + 4),
            .. Cells(0, 0, 0, 0), .. _structure, .. Cells(9), .. _strings,
        ];
    }

    private void Pad()
    {
        while (_structure.Count % 4 != 0)
            _structure.Add(0);
    }
}
