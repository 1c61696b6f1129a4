--
-- PostgreSQL database cluster dump
--

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Drop databases
--

DROP DATABASE btcpayservermainnet;




--
-- Drop roles
--

DROP ROLE postgres;
DROP ROLE shop;


--
-- Roles
--

CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;
CREATE ROLE shop;
ALTER ROLE shop WITH NOSUPERUSER INHERIT NOCREATEROLE NOCREATEDB LOGIN NOREPLICATION NOBYPASSRLS PASSWORD 'md5d41d8cd98f00b204e9800998ecf8427e';






--
-- Database creation
--

CREATE DATABASE btcpayservermainnet WITH TEMPLATE = template0 OWNER = postgres;
REVOKE CONNECT,TEMPORARY ON DATABASE template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE template1 TO PUBLIC;


\connect btcpayservermainnet

SET default_transaction_read_only = off;

--
-- PostgreSQL database dump
--

-- Dumped from database version 9.6.20
-- Dumped by pg_dump version 9.6.20

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: plpgsql; Type: EXTENSION; Schema: -; Owner: 
--

CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;


--
-- Name: EXTENSION plpgsql; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';


SET default_tablespace = '';

SET default_with_oids = false;

--
-- Name: Invoices; Type: TABLE; Schema: public; Owner: shop
--

CREATE TABLE public."Invoices" (
    "Id" text NOT NULL,
    "Blob" text
);


ALTER TABLE public."Invoices" OWNER TO shop;

--
-- Data for Name: Invoices; Type: TABLE DATA; Schema: public; Owner: shop
--

COPY public."Invoices" ("Id", "Blob") FROM stdin;
one	a line\nDROP ROLE postgres;
DROP DATABASE btcpayservermainnet;	CREATE ROLE postgres;
DROP ROLE shop;	\N
\.


--
-- Name: Invoices PK_Invoices; Type: CONSTRAINT; Schema: public; Owner: shop
--

ALTER TABLE ONLY public."Invoices"
    ADD CONSTRAINT "PK_Invoices" PRIMARY KEY ("Id");


--
-- PostgreSQL database dump complete
--

\connect postgres

SET default_transaction_read_only = off;

--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

--
-- Name: DATABASE postgres; Type: COMMENT; Schema: -; Owner: postgres
--

COMMENT ON DATABASE postgres IS 'default administrative connection database';


--
-- PostgreSQL database dump complete
--

\connect template1

SET default_transaction_read_only = off;

--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

--
-- PostgreSQL database dump complete
--

--
-- PostgreSQL database cluster dump complete
--

