using System.Buffers.Binary;
using CsCheck;

namespace Redoubt.Loader.Tests;

public class FdtTests
{
    private static readonly byte[] s_seed = [.. Enumerable.Range(100, 40).Select(i => (byte)i)];

    // In the manner of QEMU's virt board.
    private static byte[] Board(string stdout = "/pl011@9000000", string compatible = "arm,pl011\0arm,primecell", uint cells = 2) => new TreeWriter()
        .Nop()
        .Node("", root => root
            .Property("#address-cells", TreeWriter.Cells(cells))
            .Property("compatible", TreeWriter.Text("linux,dummy-virt"))
            .Node("psci", n => n.Property("method", TreeWriter.Text("smc")))
            .Node("platform@c000000", n => n.Node("chosen", m => m.Property("rng-seed", [1, 2, 3])))
            .Node("pl011@9000000", n => n
                .Property("compatible", TreeWriter.Text(compatible))
                .Property("reg", TreeWriter.Cells(0, 0x0900_0000, 0, 0x1000)))
            .Node("aliases", n => n.Property("serial0", TreeWriter.Text("/pl011@9000000")))
            .Node("chosen", n => n.Nop()
                .Property("kaslr-seed", [1, 2, 3, 4, 5, 6, 7, 8])
                .Property("stdout-path", TreeWriter.Text(stdout))
                .Property("rng-seed", s_seed)))
        .Blob();

    [Fact]
    public void FindsTheSeedInPlace()
    {
        byte[] blob = Board();
        Span<byte> seed = Chosen.RngSeed(new Fdt(blob));
        Assert.Equal(s_seed, seed.ToArray());
        seed.Clear();
        Assert.Equal(new byte[s_seed.Length], Chosen.RngSeed(new Fdt(blob)).ToArray());
    }

    [Fact]
    public void BytesBehindTheBlobAreIgnored()
    {
        byte[] blob = [.. Board(), 1, 2, 3];
        Assert.Equal(s_seed, Chosen.RngSeed(new Fdt(blob)).ToArray());
    }

    [Theory]
    [InlineData("/pl011@9000000")]
    [InlineData("/pl011")]
    [InlineData("/pl011@9000000:115200n8")]
    [InlineData("serial0")]
    [InlineData("serial0:115200")]
    public void FindsTheUart(string path) => Assert.Equal(0x0900_0000UL, Chosen.Uart(new Fdt(Board(path))));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("serial1")]
    [InlineData("/pl01")]
    [InlineData("/psci")]
    [InlineData("/platform@c000000/chosen")]
    [InlineData("/nothing/here")]
    public void NoUartWhereNoneIs(string path) => Assert.Equal(0UL, Chosen.Uart(new Fdt(Board(path))));

    [Fact]
    public void OtherUartsAreLeftAlone()
    {
        Assert.Equal(0UL, Chosen.Uart(new Fdt(Board(compatible: "ns16550a"))));
        Assert.Equal(0UL, Chosen.Uart(new Fdt(Board(compatible: "arm,pl0110"))));
        Assert.Equal(0UL, Chosen.Uart(new Fdt(Board(cells: 3))));
        Assert.Equal(0UL, Chosen.Uart(new Fdt(Board(cells: 0))));
    }

    [Fact]
    public void LooksUpNestedPaths()
    {
        Fdt tree = new(Board());
        Assert.Equal([1, 2, 3], tree.Property(tree.Node("/platform@c000000/chosen"u8), "rng-seed"u8).ToArray());
        Assert.Equal([1, 2, 3], tree.Property(tree.Node("//platform/chosen/"u8), "rng-seed"u8).ToArray());
        Assert.Equal(Fdt.NoNode, tree.Node("/platform/chosen/more"u8));
        Assert.Equal(Fdt.NoNode, tree.Node("chosen"u8));
        Assert.Equal(0, tree.Property(tree.Node("/chosen"u8), "rng-see"u8).Length);
        Assert.Equal(0, tree.Property(Fdt.NoNode, "rng-seed"u8).Length);
    }

    [Fact]
    public void NumbersHaveFourOrEightBytes()
    {
        Assert.Equal(0x0102_0304UL, Fdt.Number([1, 2, 3, 4]));
        Assert.Equal(0x0102_0304_0506_0708UL, Fdt.Number([1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.Equal(0UL, Fdt.Number([1, 2, 3]));
    }

    [Theory]
    [InlineData(0, 0xd00dfeeeU)]
    [InlineData(4, 39U)]
    [InlineData(4, 0x8000_0000U)]
    [InlineData(8, 0xffff_fffcU)]
    [InlineData(8, 58U)]
    [InlineData(12, 0xffff_ffffU)]
    [InlineData(20, 16U)]
    [InlineData(24, 18U)]
    [InlineData(32, 0xffff_ffffU)]
    [InlineData(36, 0xffff_fff0U)]
    public void RefusesABadHeader(int offset, uint value)
    {
        byte[] blob = Board();
        BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(offset), value);
        Assert.Equal(0, Chosen.RngSeed(new Fdt(blob)).Length);
        Assert.Equal(0UL, Chosen.Uart(new Fdt(blob)));
    }

    [Fact]
    public void AnEmptyBlobHasNothing()
    {
        Assert.Equal(0U, Fdt.TotalSize(default));
        Assert.Equal(0, Chosen.RngSeed(new Fdt(default)).Length);
    }

    [Fact]
    public void ACutBlobHasNothing()
    {
        byte[] blob = Board();
        for (int length = 0; length < blob.Length; length++)
            Assert.Equal(0, Chosen.RngSeed(new Fdt(blob.AsSpan(0, length))).Length);
    }

    // Offsets, lengths, names and tokens become anything; a lookup must end, and stay within the blob.
    [Fact]
    public void SurvivesDamage()
    {
        byte[] board = Board();
        Gen<uint> values = Gen.OneOf(Gen.UInt, Gen.UInt[0, 9], Gen.Const(0x7fff_ffffU), Gen.Const(0xffff_fffcU), Gen.UInt[0, (uint)board.Length]);
        Gen.Select(Gen.Int[0, board.Length / 4 - 1], values).Array[1, 6].Sample(damage =>
        {
            byte[] blob = [.. board];
            foreach ((int word, uint value) in damage)
                BinaryPrimitives.WriteUInt32BigEndian(blob.AsSpan(4 * word), value);
            Fdt tree = new(blob);
            Chosen.RngSeed(tree).Clear();
            Chosen.Uart(tree);
        }, iter: 50_000);
    }
}
