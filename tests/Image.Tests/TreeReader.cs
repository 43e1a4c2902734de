using System.Buffers.Binary;
using System.Text;

namespace Redoubt.Image.Tests;

/// <summary>Reads a flattened device tree into paths and properties. Written from the Devicetree Specification 0.4, chapter 5.</summary>
internal static class TreeReader
{
    public static Dictionary<string, byte[]> Properties(ReadOnlySpan<byte> tree)
    {
        Assert.Equal(0xd00d_feedu, Word(tree));
        Assert.Equal((uint)tree.Length, Word(tree[4..]));
        Assert.Equal((17u, 16u), (Word(tree[20..]), Word(tree[24..])));
        ReadOnlySpan<byte> structure = tree.Slice((int)Word(tree[8..]), (int)Word(tree[36..]));
        ReadOnlySpan<byte> strings = tree.Slice((int)Word(tree[12..]), (int)Word(tree[32..]));
        Assert.True(tree.Slice((int)Word(tree[16..]), 16).IndexOfAnyExcept((byte)0) < 0);

        Dictionary<string, byte[]> properties = [];
        Stack<string> path = new();
        int at = 0;
        while (true)
        {
            uint token = Word(structure[at..]);
            at += 4;
            switch (token)
            {
                case 1:
                    string name = Text(structure[at..]);
                    path.Push(path.Count == 0 ? "" : $"{path.Peek()}/{name}");
                    properties.Add(path.Peek() + "/", []);
                    at += (name.Length + 4) & ~3;
                    break;
                case 2:
                    path.Pop();
                    break;
                case 3:
                    int length = (int)Word(structure[at..]);
                    string key = Text(strings[(int)Word(structure[(at + 4)..])..]);
                    properties.Add($"{path.Peek()}/{key}", structure.Slice(at + 8, length).ToArray());
                    at += 8 + ((length + 3) & ~3);
                    break;
                default:
                    Assert.Equal(9u, token);
                    Assert.Equal(structure.Length, at);
                    Assert.Empty(path);
                    return properties;
            }
        }
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes[..bytes.IndexOf((byte)0)]);

    public static uint[] Cells(byte[] property) =>
        Enumerable.Range(0, property.Length / 4).Select(i => Word(property.AsSpan(i * 4))).ToArray();

    private static uint Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
