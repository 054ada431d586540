"""How a mail domain stands with those who receive its mail: SPF, DKIM, DMARC, alignment."""
