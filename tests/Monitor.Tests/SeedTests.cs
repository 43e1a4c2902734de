using System.Buffers.Binary;
using System.Text;

namespace Redoubt.Monitor.Tests;

public class SeedTests
{
    private const int Context = 0x8000, HeaderSize = 40, SeedAt = HeaderSize + 8 + 12 + 12;

    [Fact]
    public void EachStartOfTheGuestHasASeedOfItsOwn()
    {
        byte[] tree = Tree("kaslr-seed");
        using Board board = new(tree: tree);
        ulong first = Seed(board);
        board.Call(Psci.SystemReset);
        ulong second = Seed(board);
        Assert.Equal(3, new HashSet<ulong> { 0, first, second }.Count);
        tree.AsSpan(SeedAt, 8).CopyTo(board.Bytes(Context + SeedAt, 8));
        Assert.Equal(tree, board.Bytes(Context, tree.Length));
    }

    [Fact]
    public void WithoutEntropyItStaysZero()
    {
        using Board board = new(seeded: false, tree: Tree("kaslr-seed"));
        Assert.Equal(0UL, Seed(board));
    }

    [Fact]
    public void NothingElseIsChanged()
    {
        byte[] tree = Tree("other-seed");
        using Board board = new(tree: tree);
        Assert.Equal(tree, board.Bytes(Context, tree.Length));
    }

    [Fact]
    public void AContextThatIsNoTreeIsLeftAlone()
    {
        byte[] tree = Tree("kaslr-seed");
        BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(4), Board.RamSize);
        using Board board = new(tree: tree);
        Assert.Equal(tree, board.Bytes(Context, tree.Length));
    }

    private static ulong Seed(Board board) => BinaryPrimitives.ReadUInt64LittleEndian(board.Bytes(Context + SeedAt, 8));

    // A devicetree (Devicetree Specification v0.4, 5) with one property of 8 zero bytes in /chosen.
    private static byte[] Tree(string property)
    {
        const uint magic = 0xd00d_feed, begin = 1, end = 2, value = 3, last = 9;
        byte[] name = [.. Encoding.ASCII.GetBytes(property), 0];
        uint[] structure = [begin, 0, begin, 0x6368_6f73, 0x656e_0000, value, 8, 0, 0, 0, end, end, last];
        int strings = HeaderSize + 4 * structure.Length;
        uint[] header = [magic, (uint)(strings + name.Length), HeaderSize, (uint)strings, (uint)strings, 17, 16, 0, (uint)name.Length, 4 * (uint)structure.Length];
        byte[] tree = new byte[strings + name.Length];
        uint[] words = [.. header, .. structure];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(tree.AsSpan(4 * i), words[i]);
        name.CopyTo(tree.AsSpan(strings));
        return tree;
    }
}
