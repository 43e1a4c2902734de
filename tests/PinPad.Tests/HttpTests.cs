using System.Text;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad.Tests;

public class HttpTests
{
    [Fact]
    public void TheRequestIsThatOfThePage()
    {
        byte[] buffer = new byte[256];
        string request = Encoding.ASCII.GetString(buffer, 0, Http.WriteRequest(buffer, "bank.example"u8));
        Assert.Equal("POST /pin-entry/1 HTTP/1.1\r\nHost: bank.example\r\nContent-Type: application/vnd.redoubt.pin-entry\r\nContent-Length: 512\r\n\r\n", request);
        Assert.Equal(0, Http.WriteRequest(buffer.AsSpan(0, 50), "bank.example"u8));
    }

    [Fact]
    public void AnAnswerIsReadInWhateverPiecesItComes()
    {
        byte[] answer = Samples.Answer(Samples.Status(0, 5));
        for (int length = 0; length < answer.Length; length++)
            Assert.Equal(Http.Progress.More, Http.Read(answer.AsSpan(0, length), out _));
        Assert.Equal(Http.Progress.Whole, Http.Read(answer, out int body));
        Assert.Equal(answer.Length - 512, body);
        Assert.Equal(Http.Progress.Refused, Http.Read([.. answer, 0], out _));
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "HTTP/1.0 200 OK", "", "Content-Length: 512\r\n" },
        { "HTTP/1.1 201 OK", "", "Content-Length: 512\r\n" },
        { "HTTP/1.1 2000", "", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "", "" },
        { "HTTP/1.1 200 OK", "", "Content-Length: 511\r\n" },
        { "HTTP/1.1 200 OK", "", "Content-Length: +512\r\n" },
        { "HTTP/1.1 200 OK", "", "Content-Length: 0512\r\n" },
        { "HTTP/1.1 200 OK", "", "Content-Length: 512\r\nContent-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "", "Content-Length : 512\r\n" },
        { "HTTP/1.1 200 OK", "Transfer-Encoding: chunked\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "transfer-ENCODING: identity\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "Content-Type: application/vnd.redoubt.pin-entry\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", " folded\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "no colon\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", ": no name\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "X: a\nContent-Length: 512\r\n", "" },
        { "HTTP/1.1 200 OK", "X: a\rContent-Length: 512\r\n", "" },
        { "HTTP/1.1 200 OK", "X: \0\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "X: é\r\n", "Content-Length: 512\r\n" },
        { "HTTP/1.1 200 OK", "X: " + new string('x', 1024) + "\r\n", "Content-Length: 512\r\n" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void OtherAnswersAreRefused(string status, string more, string length) => Assert.Equal(Http.Progress.Refused, Http.Read(Samples.Answer(Samples.Status(0, 5), status, more, length), out _));
}
