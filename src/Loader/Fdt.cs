using System;

namespace Redoubt.Loader;

/// <summary>
/// A flattened devicetree (Devicetree Specification v0.4, chapter 5) that need not be well-formed: every offset is checked, a lookup
/// takes time linear in the blob, and what can't be read is absent. All accesses are by bytes: memory behind a disabled MMU allows
/// no unaligned ones.
/// </summary>
public readonly ref struct Fdt
{
    /// <summary>Bytes of the header, and the largest blob that the arm64 boot protocol allows.</summary>
    public const int HeaderSize = 40, MaximumSize = 2 << 20;

    /// <summary>What a node lookup returns for an absent node; has no children and no properties.</summary>
    public const int NoNode = -1;

    private const uint Magic = 0xd00dfeed;
    private const uint Version = 17, OldestVersion = 16;
    private const uint BeginNode = 1, EndNode = 2, PropertyToken = 3, Nop = 4, End = 9;

    private readonly Span<byte> _blob;
    private readonly int _structure, _structureEnd, _strings, _stringsEnd;

    /// <summary>Opens a blob of at least <see cref="HeaderSize"/> bytes; bytes past its own total size are not used.</summary>
    public Fdt(Span<byte> blob)
    {
        uint total = TotalSize(blob);
        if (total == 0 || total > (uint)blob.Length)
            return;
        uint structure = Word(blob, 8), strings = Word(blob, 12), version = Word(blob, 20), compatible = Word(blob, 24);
        uint stringsSize = Word(blob, 32), structureSize = Word(blob, 36);
        if (version < Version || compatible > Version || compatible < OldestVersion || structure % 4 != 0)
            return;
        if (structure > total || structureSize > total - structure || strings > total || stringsSize > total - strings)
            return;
        _blob = blob;
        _structure = (int)structure;
        _structureEnd = (int)(structure + structureSize);
        _strings = (int)strings;
        _stringsEnd = (int)(strings + stringsSize);
    }

    /// <summary>The size that a header claims, at most <see cref="MaximumSize"/>; 0 if it is no devicetree's header.</summary>
    public static uint TotalSize(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderSize || Word(header, 0) != Magic)
            return 0;
        uint total = Word(header, 4);
        return total is < HeaderSize or > MaximumSize ? 0 : total;
    }

    /// <summary>The node of an absolute path ("/chosen"); a component without unit address matches any unit address.</summary>
    public int Node(ReadOnlySpan<byte> path)
    {
        int node = Child(_structure, path.Slice(0, 0));
        int at = 0;
        while (at < path.Length)
        {
            if (path[at] != '/')
                return NoNode;
            int start = ++at;
            while (at < path.Length && path[at] != '/')
                at++;
            if (at > start)
                node = Child(node, path.Slice(start, at - start));
        }
        return node;
    }

    /// <summary>The value of a node's property, in place; empty if there is none.</summary>
    public Span<byte> Property(int node, ReadOnlySpan<byte> name)
    {
        for (int at = node; at >= 0; at = Next(at))
        {
            uint token = Token(at);
            if (token is BeginNode or EndNode or End)
                break;
            if (token == PropertyToken && Next(at) >= 0 && IsString(Word(_blob, at + 8), name))
                return _blob.Slice(at + 12, (int)Word(_blob, at + 4));
        }
        return default;
    }

    /// <summary>A big-endian value of 4 or 8 bytes; 0 for any other length.</summary>
    public static ulong Number(ReadOnlySpan<byte> value) => value.Length switch
    {
        4 => Word(value, 0),
        8 => (ulong)Word(value, 0) << 32 | Word(value, 4),
        _ => 0,
    };

    // The offset behind the name of the child that stands in the body at `node`.
    private int Child(int node, ReadOnlySpan<byte> name)
    {
        int depth = 0;
        for (int at = node; at >= 0; at = Next(at))
        {
            switch (Token(at))
            {
                case BeginNode:
                    if (depth == 0 && IsNode(at + 4, name))
                        return Next(at);
                    depth++;
                    break;
                case EndNode:
                    if (depth-- == 0)
                        return NoNode;
                    break;
                case End:
                    return NoNode;
            }
        }
        return NoNode;
    }

    // The token at an offset of the structure block.
    private uint Token(int at) => _structureEnd - at < 4 ? End : Word(_blob, at);

    // The offset of the token after the one at `at`; negative if that is the last one or malformed.
    private int Next(int at)
    {
        switch (Token(at))
        {
            case EndNode or Nop:
                return at + 4;
            case BeginNode:
                int end = at + 4;
                while (end < _structureEnd && _blob[end] != 0)
                    end++;
                return end < _structureEnd ? Align(end + 1) : NoNode;
            case PropertyToken:
                if (_structureEnd - at < 12)
                    return NoNode;
                uint length = Word(_blob, at + 4);
                return length <= (uint)(_structureEnd - at - 12) ? Align(at + 12 + (int)length) : NoNode;
            default:
                return NoNode;
        }
    }

    private bool IsNode(int at, ReadOnlySpan<byte> name)
    {
        if (_structureEnd - at <= name.Length)
            return false;
        for (int i = 0; i < name.Length; i++)
            if (_blob[at + i] != name[i])
                return false;
        byte next = _blob[at + name.Length];
        return next == 0 || (next == '@' && name.Length > 0);
    }

    private bool IsString(uint offset, ReadOnlySpan<byte> name)
    {
        if (offset >= (uint)(_stringsEnd - _strings) || (uint)(_stringsEnd - _strings) - offset <= (uint)name.Length)
            return false;
        int at = _strings + (int)offset;
        for (int i = 0; i < name.Length; i++)
            if (_blob[at + i] != name[i])
                return false;
        return _blob[at + name.Length] == 0;
    }

    private static int Align(int offset) => (offset + 3) & ~3;

    private static uint Word(ReadOnlySpan<byte> bytes, int at) =>
        (uint)bytes[at] << 24 | (uint)bytes[at + 1] << 16 | (uint)bytes[at + 2] << 8 | bytes[at + 3];
}
