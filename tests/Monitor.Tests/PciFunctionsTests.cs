using Redoubt.Abi;

namespace Redoubt.Monitor.Tests;

/// <summary>Devices of a guest that starts anew are as quiet as at its first start.</summary>
public sealed class PciFunctionsTests : IDisposable
{
    // Command register: answers to addresses in memory, is a bus master. Status register: has a list of capabilities.
    private const uint Driven = 0x0010_0006, Id = 0x1041_1af4;
    private const int Command = (int)PciHost.Command / sizeof(uint);

    private readonly Board _board = new();

    public void Dispose() => _board.Dispose();

    [Theory]
    [InlineData(GuestCommand.Restart)]
    [InlineData(GuestCommand.Stop)]
    public void TheyAreQuietWhenTheGuestStartsAnew(ulong command)
    {
        for (int function = 0; function < Board.FunctionCount; function++)
        {
            _board.Function(function).Fill(Driven);
            _board.Function(function)[0] = function % 3 == 0 ? PciHost.Absent : Id;
        }

        _board.Command(command);
        if (command == GuestCommand.Stop)
            _board.Command(GuestCommand.Start);
        for (int function = 0; function < Board.FunctionCount; function++)
        {
            bool isThere = function % 3 != 0;
            Assert.Equal(isThere ? 0 : Driven, _board.Function(function)[Command]);
            Assert.Equal(isThere ? Id : PciHost.Absent, _board.Function(function)[0]);
            Assert.Equal(-1, _board.Function(function)[(Command + 1)..].IndexOfAnyExcept(Driven));
        }
    }

    [Fact]
    public void NothingElseTouchesThem()
    {
        _board.Function(1).Fill(Driven);
        _board.Type("x");
        _board.Wake(0, 0);
        Assert.Equal(-1, _board.Function(1).IndexOfAnyExcept(Driven));
    }
}
