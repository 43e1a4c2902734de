using System.Text;
using CsCheck;
using Redoubt.Tool.Machines;

namespace Redoubt.Tool.Tests;

public sealed class ConsoleTextTests
{
    private static string Read(string bytes)
    {
        ConsoleText text = new();
        text.Append(Encoding.UTF8.GetBytes(bytes));
        return text.ToString();
    }

    [Theory]
    [InlineData("one\r\ntwo", "one\ntwo")]
    [InlineData("\e[0;36ma| \e[0mhello", "a| hello")]
    [InlineData("wrong\rright", "right")]
    [InlineData("abc\b\bX", "aXc")]
    [InlineData("linux| # ls\r\e[Kwork | line\r\n", "work | line\n")]
    [InlineData("abc\e[2D\e[K", "a")]
    [InlineData("abc\e[2Kd", "   d")]
    [InlineData("a\e[3Cb", "a   b")]
    [InlineData("# \e[6n", "# ")]
    [InlineData("\b\bx", "x")]
    [InlineData("\ax\e7y", "xy")]
    [InlineData("ä€😀", "ä€😀")]
    public void ShowsWhatATerminalShows(string bytes, string expected)
    {
        Assert.Equal(expected, Read(bytes));
    }

    [Fact]
    public void PiecesMakeNoDifference()
    {
        const string all = "\e[1mä€\e[0m|x\r\e[Ky\b😀\n";
        Gen.Int[1, 5].Array[40].Sample(sizes =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(all);
            ConsoleText text = new();
            int position = 0;
            foreach (int size in sizes.TakeWhile(_ => position < bytes.Length))
            {
                int end = Math.Min(bytes.Length, position + size);
                text.Append(bytes.AsSpan(position..end));
                position = end;
            }

            return text.ToString() == Read(all);
        });
    }

    [Fact]
    public void AnyBytesAreTaken()
    {
        Gen.Byte.Array[0, 200].Sample(bytes => new ConsoleText().Append(bytes));
    }
}
