using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tests;

public class RelayTests
{
    [Fact]
    public void MessagesAreFoundAndWhatIsTooLongIsPassedOver()
    {
        RelayReader reader = new();
        List<(byte Type, byte[] Content)> found = [];
        Feed(ref reader, [.. new byte[1027], 4, 0, 0, 0, 3, 0, 2, 7, 8, 9, 4, 1, .. new byte[1025], 1, 0, 1, 5], found);
        Assert.Equal([4, 3, 1], found.Select(message => message.Type));
        Assert.Equal([7, 8], found[1].Content);
        Assert.Equal([5], found[2].Content);
    }

    [Fact]
    public void TheLongestMessageIsWhole()
    {
        RelayReader reader = new();
        List<(byte Type, byte[] Content)> found = [];
        byte[] content = new byte[1024];
        Random.Shared.NextBytes(content);
        Feed(ref reader, [3, 4, 0, .. content], found);
        Assert.Equal(content, Assert.Single(found).Content);
    }

    [Fact]
    public void WhateverComesZeroesLeadBackToABeginning()
    {
        Random random = new(5);
        for (int i = 0; i < 100_000; i++)
        {
            RelayReader reader = new();
            byte[] noise = new byte[random.Next(20)];
            random.NextBytes(noise);
            List<(byte Type, byte[] Content)> found = [];
            // A message of noise may be as long as 65,535 bytes.
            Feed(ref reader, noise, found);
            if (i % 1000 == 0)
            {
                Feed(ref reader, new byte[65_538], found);
                found.Clear();
                Feed(ref reader, [2, 0, 1, 6], found);
                Assert.Equal(2, Assert.Single(found).Type);
            }
        }
    }

    private static void Feed(ref RelayReader reader, ReadOnlySpan<byte> bytes, List<(byte, byte[])> found)
    {
        foreach (byte value in bytes)
        {
            if (reader.Take(value))
                found.Add((reader.Type, reader.Content.ToArray()));
        }
    }
}
